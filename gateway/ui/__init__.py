"""User interface: templates rendered, values formatted, charts, icons, labels. Knows nothing of requests."""
