"""What every route works with: the request context, routing, responses, forms, cookies, CSRF, JSON bodies, query
parameters."""
