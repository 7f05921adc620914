"""Export of the client list: it is in the log before a row of it leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from chassis.context import Caller
from chassis.errors import ServiceProblem, field_problem
from chassis.events.unit_of_work import UnitOfWorkOpener
from services.clients import columns
from services.clients.events import ClientListExported
from services.clients.models import ClientExport
from services.clients.queries import client_list, exports, totals
from services.clients.queries.client_columns import columns_of_fields

XLSX_ROWS = 1_048_575  # what a sheet has below its heading
OF_TOTALS = {"services", "outstanding", "overdue", "credit_balance", "next_due", "suspended_services"}


def start_export(
    open_uow: UnitOfWorkOpener, *, export_id: UUID, format: str, fields: list[str], now: datetime, **query
) -> dict:
    """Begin an export under the id that its caller has made; answers what it will have. Its rows come in parts, for an
    hour (`queries/exports.py`). Totals that nobody can vouch for are not exported: `unavailable`."""
    session, custom = open_uow.session, columns_of_fields(open_uow.session)
    chosen = columns.shown(fields, {field["column"] for field in custom})
    if not OF_TOTALS.isdisjoint(chosen) and not totals.progress(session)["known"]:
        raise ServiceProblem(
            "unavailable", "Services and amounts are being brought up to date. Leave them out, or wait."
        )
    total, exact = client_list.count(session, **{name: query[name] for name in exports.NARROWING}, now=now)
    if format == "xlsx" and total > XLSX_ROWS:
        raise field_problem("/format", f"A sheet holds {XLSX_ROWS:,} rows. Take the list as CSV, or narrow it down.")
    with open_uow() as uow:
        uow.session.execute(delete(ClientExport).where(ClientExport.created_at < func.now() - 2 * exports.GOOD_FOR))
        kept = {name: value and str(value) for name, value in query.items()}
        staff_id = UUID(uow.caller.id)
        about = {"format": format, "columns": chosen, "exact": exact}
        uow.session.add(ClientExport(id=export_id, staff_id=staff_id, query=kept, total=total, **about))
        uow.publish(
            ClientListExported(
                entity=("client_list", export_id),
                facts={**about, "rows": total, **{name: kept[name] for name in ("group", "status", "tag", "sort")}},
                personal={name: kept[name] for name in ("filter", "q") if kept[name]},
            )
        )
        return uow.record_answer(
            {"id": str(export_id), "columns": chosen, "custom_fields": custom, "total": total, "exact": exact}
        )


def take_part(session: Session, caller: Caller, *, export_id: UUID, after: str | None, now: datetime) -> dict:
    """The next part of an export's rows, counted for its progress. A part that is taken twice is counted twice: the
    bar is of no account to the file."""
    part = exports.part(session, caller, export_id, after, now)
    done = {"finished_at": func.now()} if part["next"] is None else {}
    counted = update(ClientExport).where(ClientExport.id == export_id)
    session.execute(counted.values(rows=ClientExport.rows + len(part["data"]), **done))
    session.commit()
    return part
