"""The gateway: HTTP in, RPC out, no data of its own."""
