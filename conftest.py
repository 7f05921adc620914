"""Patches the standard library before any test module is imported, and offers the shared fixtures."""

from chassis import green

green.patch()

pytest_plugins = ["chassis.testing.plugin"]
