"""The commands of ``memisis``, one file a command; each imports only what it needs."""
