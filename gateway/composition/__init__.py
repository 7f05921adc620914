"""API composition: what several services know, put together for one answer."""
