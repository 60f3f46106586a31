"""Questions that need an answer before something happens."""
