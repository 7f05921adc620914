"""HTTP: the strict protocol reader, the Werkzeug application mounted in Nameko, trusted proxies."""
