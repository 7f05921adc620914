"""RPC methods of support that are a matter of their own; service.py has those of staff."""
