"""RPC methods of the clients service, one aggregate a file; the class in service.py inherits them all."""
