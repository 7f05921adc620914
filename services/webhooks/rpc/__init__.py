"""RPC methods of webhooks."""
