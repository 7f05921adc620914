"""The RPC methods of billing, one aggregate a file; service.py puts them together."""
