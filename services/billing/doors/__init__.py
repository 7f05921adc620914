"""The doors of billing, one aggregate a file; service.py puts them together."""
