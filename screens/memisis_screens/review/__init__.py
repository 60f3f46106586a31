"""Review by a clinician: synthetic patients one at a time, and the blinded test."""
