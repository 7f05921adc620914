"""Imports of invoices: each row as it stood in its file, and what became of it."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from services.billing.models.columns import Created, Id, Moment, Ref, Str


class InvoiceImport(Base):
    """One import of invoices and lines. `id` is also that of the clients' part; whoever started it is its events'
    actor.

    `files` is {kind: {"name", "columns", "reading"}}: the columns in the order of the file.
    """

    __tablename__ = "invoice_imports"
    __table_args__ = (Index("ix_invoice_imports_running", "started_at", postgresql_where=text("status = 'running'")),)
    id: Mapped[Id]
    source: Mapped[Str]
    status: Mapped[Str]
    clients_done: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    files: Mapped[dict] = mapped_column(JSONB, default=dict)
    created_at: Mapped[Created]
    started_at: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    actor_kind: Mapped[Str | None]
    actor_id: Mapped[Str | None]
    actor_name: Mapped[Str | None]
    actor_ip: Mapped[Str | None]
    cause: Mapped[Str | None]


class InvoiceImportRow(Base):
    """A row of a file. `external_id` is the invoice's, for a line too; the last columns are why it failed."""

    __tablename__ = "invoice_import_rows"
    __table_args__ = (
        Index("ix_invoice_import_rows_external_id", "import_id", "kind", "external_id"),
        Index(
            "ix_invoice_import_rows_staged",
            "import_id",
            text("(content ->> 'issue_date')"),
            "line",
            postgresql_where=text("status = 'staged' AND kind = 'invoices'"),
        ),
        Index("ix_invoice_import_rows_status", "import_id", "kind", "status"),
    )
    import_id: Mapped[Ref] = mapped_column(ForeignKey("invoice_imports.id"), primary_key=True)
    kind: Mapped[Str] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    external_id: Mapped[Str | None]
    content: Mapped[dict] = mapped_column(JSONB)
    status: Mapped[Str] = mapped_column(server_default="staged", default="staged")
    field: Mapped[Str | None]
    code: Mapped[Str | None]
    reason: Mapped[Str | None]
