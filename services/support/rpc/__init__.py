"""The RPC methods of support, those of staff and those of the client's portal; service.py puts them together."""
