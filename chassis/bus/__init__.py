"""The message bus: connections to the broker, and the guard of incoming messages."""
