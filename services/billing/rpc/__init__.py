"""RPC methods, one aggregate a file; service.py puts them together."""
