"""Review by a clinician: patients one at a time, judgements, and the blinded test."""
