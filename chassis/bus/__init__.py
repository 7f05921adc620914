"""The message bus: connections to the broker, and the guard that looks at a message before anybody reads it."""
