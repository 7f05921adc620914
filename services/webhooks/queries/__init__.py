"""Queries of webhooks: endpoints, deliveries, attempts."""
