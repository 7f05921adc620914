"""Import: its files as they came, kept by parts until it begins, so that they can be read again in another way."""

from base64 import b64decode
from binascii import Error
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.errors import field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients.commands.imports.open import require_staged, stream_of
from services.clients.models import ImportFilePart


def keep_import_file(open_uow: UnitOfWorkOpener, *, import_id: UUID, kind: str, position: int, content: str) -> dict:
    """Keep a part of a file, given in base64; one that is there already stays.

    Raises not-found, and invalid-state once the import has begun.
    """
    with open_uow(stream=stream_of(import_id), part=f"{import_id}:{kind}:{position}") as uow:
        require_staged(uow.session, import_id)
        part = {"import_id": import_id, "kind": kind, "position": position, "content": _decoded(content)}
        uow.session.execute(upsert(ImportFilePart).values(part).on_conflict_do_nothing())
        return uow.record_answer({"content": None})


def _decoded(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except (Error, ValueError) as error:
        raise field_problem("/content", "Not base64.") from error
