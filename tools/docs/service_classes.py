"""The service classes, for documents and tests that read their contracts."""

import importlib


def service_class(service: str):
    """The class of `service`, with its RPC methods."""
    module = importlib.import_module(f"services.{service}.service")
    return getattr(module, f"{service.capitalize()}Service")
