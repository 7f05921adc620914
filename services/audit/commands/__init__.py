"""What the audit service changes: it adds to the log."""
