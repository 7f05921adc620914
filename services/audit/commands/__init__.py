"""Commands of the audit service: it adds to the log, and writes checkpoints."""
