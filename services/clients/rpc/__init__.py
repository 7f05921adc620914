"""The RPC methods of the clients service, one aggregate a file; service.py puts them together."""
