"""The RPC methods of audit; service.py puts them together."""
