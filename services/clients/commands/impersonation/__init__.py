"""Commands of impersonation (Login as Client)."""
