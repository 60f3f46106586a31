"""The workbench: conversation on the left, work on the right, jobs below."""
