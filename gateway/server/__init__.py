"""HTTP server: the application, admission control, error responses, response headers."""
