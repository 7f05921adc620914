"""The clients service: who the clients are, who their people are, and who may sign in."""
