"""Implementation of `./dev`: private engines, a supervisor, and the commands. Python's standard library only."""
