"""How alike synthetic and real data are."""
