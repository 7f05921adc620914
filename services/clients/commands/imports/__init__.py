"""Commands of the import of clients."""
