"""The tables of the audit service."""

from services.audit.models.activity import ChainHead, Entry

__all__ = ["ChainHead", "Entry"]
