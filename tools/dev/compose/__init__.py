"""The system in containers: an engine for it, and the compose project that runs on it."""
