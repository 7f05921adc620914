"""The webhooks service: events for those outside of the bus, as signed HTTP requests."""
