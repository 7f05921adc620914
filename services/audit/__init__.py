"""The audit service: the activity log, built from events alone."""
