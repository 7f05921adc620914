"""The four services, a database each; none imports another."""
