"""The five services, a database each; none imports another."""
