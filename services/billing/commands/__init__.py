"""What changes: one keyword-only function a command, with one visible transaction."""
