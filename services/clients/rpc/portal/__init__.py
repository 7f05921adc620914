"""RPC of the client portal."""
