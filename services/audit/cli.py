"""Command line of `python -m services.audit`: archives of the log."""

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.signing_keys import SigningKey, TrustedKeys
from services.audit.checkpoint_signer import CheckpointSigner
from services.audit.checkpoints import CheckpointFile, Forged
from services.audit.commands.archive import archive_log

ARCHIVE_LOCK = 0x41524348  # one number for "the log is archived"; any constant does


def archive(settings, arguments) -> None:
    """Archive the log of before a day, and print where it lies; the service may be at work."""
    given = _parse(arguments)
    before = datetime.combine(given.before, time(), UTC)
    if before > datetime.now(UTC):
        raise SystemExit(f"{given.before} is not over yet.")
    signer = CheckpointSigner(
        CheckpointFile(settings.require("checkpoints_file")),
        SigningKey(settings.require("signing_key_file")),
        TrustedKeys(settings.require("trusted_keys_dir")),
    )
    engine = create_engine(driver_url(settings.require("owner_database_url")))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as lock:
        if not lock.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ARCHIVE_LOCK}):
            raise SystemExit("the log is being archived already.")
        try:
            done = archive_log(engine, signer, given.archives, before, personal=not given.without_personal)
        except Forged as error:
            raise SystemExit(f"nothing was archived, a checkpoint is not what was signed: {error}") from None
    for chain, reason in done.left.items():
        print(f"left: {chain} ({reason})")
    where = f"in {done.folder}" if done.folder else f"before {given.before} that a checkpoint proves"
    print(f"{done.entries} entries of {done.chains} chains {where}")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="archive", description="Archive the log of before a day, and delete it here.")
    parser.add_argument("--before", required=True, type=date.fromisoformat, metavar="DATE", help="that day in UTC")
    parser.add_argument("--without-personal", action="store_true", help="leave personal values out of the archive")
    parser.add_argument("archives", type=Path, metavar="FOLDER", help="where archives are kept")
    given = parser.parse_args(arguments)
    if not given.archives.is_dir():
        parser.error(f"{given.archives} is no folder")
    return given
