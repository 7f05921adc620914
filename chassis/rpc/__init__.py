"""RPC over the bus: the server that takes calls, and the client that makes them."""
