"""Second factor policy: the roles of staff whose holders need one, whatever their accounts say."""

from nameko.extensions import DependencyProvider

from chassis.logs import get_logger
from chassis.settings import Settings, SettingsError
from services.clients import rules

DEFAULT = frozenset({"super_admin", "admin"})

log = get_logger(__name__)


def second_factor_roles(settings: Settings) -> frozenset[str]:
    """The roles of `COMMERCE_SECOND_FACTOR_ROLES`; where that is not set super admins and admins, and in a development
    system nobody. Raises SettingsError for a role that does not exist."""
    if settings.second_factor_roles is None:
        return frozenset() if settings.development else DEFAULT
    roles = frozenset(settings.second_factor_roles)
    if unknown := roles - set(rules.STAFF_ROLES):
        raise SettingsError(f"COMMERCE_SECOND_FACTOR_ROLES: there is no role {', '.join(sorted(unknown))}.")
    return roles


class SecondFactorPolicy(DependencyProvider):
    """`self.second_factor_roles`: the roles whose holders need a second factor."""

    def setup(self):
        self._roles = second_factor_roles(self.container.config["settings"])
        if missing := DEFAULT - self._roles:
            log.warning("no second factor is asked of these roles", roles=sorted(missing))

    def get_dependency(self, worker_ctx):
        return self._roles
