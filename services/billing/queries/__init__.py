"""Queries: plain reads, batch first. A query takes a session and never writes."""
