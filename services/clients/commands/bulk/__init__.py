"""Bulk jobs: one act on many clients, looked at in a dry run, worked off by a job, undone as a whole."""
