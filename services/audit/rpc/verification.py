"""RPC methods that verify a chain where it lies."""

from chassis.events.event import SYSTEM
from chassis.permissions import Permission
from chassis.rpc.server import rpc
from services.audit import schemas
from services.audit.queries.verify import verify


class VerificationRpc:
    """The log as it is proved."""

    @rpc(Permission.CLIENTS_VIEW, request=schemas.VerifyArguments, response=schemas.ChainVerdict, of_client=True)
    def verify_activity(self, client_id, **options):
        """Whether the client's chain holds, and where it first does not."""
        return self._verify(str(client_id), **options)

    @rpc(Permission.ACTIVITY_VIEW, request=schemas.SystemVerifyArguments, response=schemas.ChainVerdict)
    def verify_system(self, **options):
        """The same of the `system` chain."""
        return self._verify(SYSTEM, **options)

    def _verify(self, chain: str, **options) -> dict:
        return verify(self.session, chain, self.checkpoint_signer, until=self.caller.deadline, **options)
