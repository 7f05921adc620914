"""Work of this service that goes on in the background: checkpoints."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.models import ChainHead


def work_under_way(session: Session, checkpoint_signer: CheckpointSigner | None) -> list[dict]:
    """How many chains no checkpoint names the end of yet, and when one was written last."""
    moved = session.scalar(select(func.count()).where(ChainHead.moved)) or 0
    newest = checkpoint_signer and checkpoint_signer.file.newest()
    return [{"name": "Chains without checkpoint", "open": moved, "since": newest and newest["made_at"]}]
