"""Columns that several tables share: their types, and who did it."""

import uuid
from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Text, Uuid, func
from sqlalchemy.orm import mapped_column

from chassis.context import Caller
from chassis.types.ids import new_id

Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Ref = Annotated[uuid.UUID, mapped_column(Uuid)]
Minor = Annotated[int, mapped_column(BigInteger)]
Str = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


def actor_columns(caller: Caller) -> dict[str, str | None]:
    """The values of `actor_kind`, `actor_id` and `actor_name` for what `caller` does."""
    return {"actor_kind": caller.kind, "actor_id": caller.id, "actor_name": caller.name}
