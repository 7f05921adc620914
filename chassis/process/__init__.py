"""A process of Commerce: runtime, service base class, background jobs, health endpoints."""
