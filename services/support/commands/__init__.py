"""Commands of the support service, one transaction each."""
