"""Commands of the clients service, by aggregate."""
