"""The HTTP server: the application, admission control, error answers, response headers."""
