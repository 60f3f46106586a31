"""Training of the embedded planner: requests from hand-written texts, and an adapter from them."""
