"""A process of the house: runtime, service base class, background jobs, health endpoints."""
