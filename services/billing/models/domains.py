"""The domain names of a client."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Text, func, literal_column, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.db.searched_text import pairs_where
from chassis.types.domain_names import to_unicode
from chassis.types.text import fold
from services.billing.models.columns import Created, Id, Ref, Str

EXPIRES = text("COALESCE(expires_on, '9999-12-31'::date)")


def folded_name(name: str) -> str | None:
    """What `domains.folded_name` holds: a name that people read otherwise than it is kept, folded; None for others."""
    shown = to_unicode(name)
    return None if shown == name else fold(shown)


class Domain(Base):
    """A domain name in its ASCII form, with its term at the registrar. `nameservers` in their order; `folded_name` is for
    search."""

    __tablename__ = "domains"
    __table_args__ = (
        Index("ix_domains_client_id", "client_id"),
        Index("ix_domains_name", "name"),
        Index("ix_domains_expires_on", EXPIRES, "id"),
        Index("ix_domains_status_expires_on", "status", EXPIRES, "id"),
        Index("ix_domains_search", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index(
            "ix_domains_folded_name",
            "folded_name",
            postgresql_using="gin",
            postgresql_ops={"folded_name": "gin_trgm_ops"},
            postgresql_where="folded_name IS NOT NULL",
        ),
        Index(
            "ix_domains_pairs",
            func.search_pairs(literal_column("folded_name")),
            postgresql_using="gin",
            postgresql_where=pairs_where("folded_name"),
        ),
    )
    id: Mapped[Id]
    client_id: Mapped[Ref] = mapped_column(ForeignKey("billing_accounts.client_id"))
    name: Mapped[Str]
    folded_name: Mapped[Str | None] = mapped_column(
        default=lambda context: folded_name(context.get_current_parameters()["name"])
    )
    status: Mapped[Str]
    registered_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    registrar: Mapped[Str | None]
    auto_renew: Mapped[bool] = mapped_column(Boolean)
    nameservers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    created_at: Mapped[Created]
