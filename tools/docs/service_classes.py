"""The RPC methods of the services, for documents that are generated from them."""

import importlib

SERVICES = ("clients", "billing", "support", "audit")


def service_class(service: str):
    """The class of `service` whose RPC methods are RPC methods."""
    module = importlib.import_module(f"services.{service}.service")
    return getattr(module, f"{service.capitalize()}Service")
