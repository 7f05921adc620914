"""Live: what colleagues change is told to the open pages of the admin as it happens, by server-sent events."""
