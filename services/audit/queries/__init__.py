"""Plain reads of the log."""
