"""Changes of the store's tables, numbered; one that was released is never edited."""
