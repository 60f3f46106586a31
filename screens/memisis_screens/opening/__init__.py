"""Opening a table: by its path, or one of the last ones."""
