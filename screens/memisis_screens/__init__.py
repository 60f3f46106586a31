"""The Textual screens and widgets of the workbench, one folder a screen."""
