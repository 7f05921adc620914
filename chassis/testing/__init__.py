"""Test support on real engines: the pytest plugin with its fixtures, and a faulty network."""
