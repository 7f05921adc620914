"""Import of clients: a file's rows are staged, looked at, then imported one by one."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.db.base import Base
from chassis.types.ids import new_id


class ClientImport(Base):
    """One import. Who started it, and under which request, is kept so that each client it makes names its cause.

    `file` is {"name", "columns", "reading"} of what was uploaded, `mapping` {column: field} as it was chosen, empty for
    "by their names".
    """

    __tablename__ = "client_imports"
    __table_args__ = (CheckConstraint("status IN ('staged', 'running', 'done')", name="status"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(Text)
    allow_duplicate_email: Mapped[bool] = mapped_column(default=False)
    file: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    mapping: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    status: Mapped[str] = mapped_column(Text, default="staged")
    actor: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    cause: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ClientImportRow(Base):
    """A row of an import by its line in the file. `values` are dropped once the row is in; a failed row keeps them."""

    __tablename__ = "client_import_rows"
    __table_args__ = (
        CheckConstraint("status IN ('staged', 'imported', 'unchanged', 'failed')", name="status"),
        Index("ix_client_import_rows_status", "import_id", "status", "line"),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client_imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(Text, default="staged")
    values: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    external_id: Mapped[str | None] = mapped_column(Text)
    client_id: Mapped[uuid.UUID | None]
    fault: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class ImportFilePart(Base):
    """A part of a file of an import as it came, of whatever kind, until the import begins."""

    __tablename__ = "import_file_parts"

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("client_imports.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
