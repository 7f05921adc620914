"""Request and response schemas of the RPC methods, one aggregate a file."""
