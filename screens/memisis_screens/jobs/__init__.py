"""Jobs: the panel below the work, and the Jobs tab."""
