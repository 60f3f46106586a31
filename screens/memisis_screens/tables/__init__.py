"""Tables with our keys, and text for their cells."""
