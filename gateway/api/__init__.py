"""The JSON API: the routes below /api/v1."""
