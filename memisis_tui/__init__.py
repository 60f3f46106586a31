"""The application: entry point, command line, app, key map, command palette, themes."""
