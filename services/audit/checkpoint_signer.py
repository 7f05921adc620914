"""`self.checkpoint_signer`: writes signed checkpoints, and gives the hashes that they hold of a chain; None without a
file."""

import time
from dataclasses import dataclass

from joserfc.jwk import OKPKey
from nameko.extensions import DependencyProvider

from chassis.logs import get_logger
from services.audit.checkpoints import CheckpointFile, Forged, read_line

log = get_logger(__name__)


@dataclass(frozen=True)
class CheckpointedHeads:
    """The checkpoints of one chain: {seq: hash}, the newest that names it, and whether one of them was forged."""

    heads: dict[int, str]
    newest: dict | None = None
    forged: bool = False


@dataclass(frozen=True)
class CheckpointSigner:
    """The file of checkpoints with the keys to sign and to verify them."""

    file: CheckpointFile
    private: OKPKey
    public: OKPKey

    def add(self, heads: dict[str, tuple[int, str]], made_at: str) -> dict:
        """Add a signed checkpoint of `heads`; it is on the disk when this returns."""
        return self.file.add(heads, made_at, self.private)

    def heads_of(self, chain: str) -> CheckpointedHeads:
        """The heads of `chain` that checkpoints hold. Others may run between two stretches of the file."""
        heads, newest = {}, None
        for line in self.file.naming(chain):
            if line is None:
                time.sleep(0)
                continue
            try:
                checkpoint = read_line(line, self.public)
                seq, sealed = checkpoint["heads"][chain]
            except (Forged, LookupError) as error:
                log.error("a checkpoint is not what was signed", chain=chain, error=str(error))
                return CheckpointedHeads(heads, newest, forged=True)
            heads.setdefault(seq, sealed)  # the first one counts: a chain made anew may be signed again
            newest = {"number": checkpoint["number"], "made_at": checkpoint["made_at"], "seq": seq, "hash": sealed}
        return CheckpointedHeads(heads, newest)


class CheckpointSignerProvider(DependencyProvider):
    """Provides the CheckpointSigner; logs once, at the start, when no checkpoints are written."""

    def setup(self):
        settings = self.container.config["settings"]
        self._signer = None
        if settings.checkpoints_file is None:
            log.warning("no checkpoints are written: COMMERCE_CHECKPOINTS_FILE is not set")
            return
        self._signer = CheckpointSigner(
            CheckpointFile(settings.checkpoints_file),
            OKPKey.import_key(settings.require("signing_key_file").read_bytes()),
            OKPKey.import_key((settings.require("trusted_keys_dir") / "audit.pub").read_bytes()),
        )

    def get_dependency(self, worker_ctx):
        return self._signer
