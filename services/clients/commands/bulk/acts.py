"""Acts of bulk jobs by their names."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from chassis.errors import field_problem
from chassis.permissions import Permission
from services.clients.billing_rpc_client import Billing
from services.clients.commands.bulk.field_act import FieldAct
from services.clients.commands.bulk.note_act import NoteAct
from services.clients.commands.bulk.service_act import ServiceAct, SuspendAct, UnsuspendAct
from services.clients.commands.bulk.setting_acts import GroupAct, SettingAct, StatusAct, TagAct, UntagAct

SETTING_ACTS: dict[str, type[SettingAct]] = {
    "add_tag": TagAct,
    "remove_tag": UntagAct,
    "set_group": GroupAct,
    "set_status": StatusAct,
    "add_note": NoteAct,
    "set_custom_field": FieldAct,
}
SERVICE_ACTS: dict[str, type[ServiceAct]] = {"suspend_services": SuspendAct, "unsuspend_services": UnsuspendAct}


def permission_of(act: str) -> Permission:
    """What somebody needs to do `act` to one client, and so to many."""
    return {**SETTING_ACTS, **SERVICE_ACTS}[act].permission


def act_of(
    session: Session, act: str, arguments: Mapping[str, Any], billing: Billing, *, undone: bool
) -> SettingAct | ServiceAct:
    """The act, to plan with."""
    if act in SERVICE_ACTS:
        return SERVICE_ACTS[act](session, arguments, billing, undone=undone)
    return SETTING_ACTS[act](session, arguments, undone=undone)


def require_possible(session: Session, act: str, arguments: Mapping[str, Any]) -> None:
    """Raise 422, naming the argument, for a tag, a group or a field that does not exist, and for a value that the field
    cannot hold."""
    if act in SETTING_ACTS:
        setting = SETTING_ACTS[act](session, arguments, undone=False)
        if (why := setting.refusal(setting.wanted)) is not None:
            raise field_problem(f"/arguments/{setting.argument}", why)
