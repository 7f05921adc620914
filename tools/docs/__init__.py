"""Generated documents: OpenAPI, RPC contracts and the events page, out of the code."""
