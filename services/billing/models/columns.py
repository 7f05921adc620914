"""Column types that several tables share."""

import uuid
from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Text, Uuid, func
from sqlalchemy.orm import mapped_column

from chassis.types.ids import new_id

Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Ref = Annotated[uuid.UUID, mapped_column(Uuid)]
Minor = Annotated[int, mapped_column(BigInteger)]
Str = Annotated[str, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
