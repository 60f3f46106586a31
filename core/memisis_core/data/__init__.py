"""Tables of patients: reading, schema and roles, profile, split."""
