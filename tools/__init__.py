"""What developers and operators run: `./dev`, seed, benchmark, fault runs, generated documents, reconciliation."""
