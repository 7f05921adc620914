"""A bulk job, a row of it and a dry run, as the clients service answers them."""

from tests.support.pages.samples import TIME

CLIENT_ID = "0192f0c1-0000-7abc-8def-000000000001"
JOB = {
    "id": "0192f0c1-0000-7abc-8def-000000000901",
    "number": "JOB-00187",
    "act": "suspend_services",
    "arguments": {"reason": "Free plan ended"},
    "selection": {"query": None},
    "status": "running",
    "actor": {"kind": "staff", "id": "0192f0c1-0000-7abc-8def-000000000301", "name": "Mara Lindqvist"},
    "undoes": None,
    "undone_by": None,
    "rows": 8412,
    "started_at": TIME,
    "finished_at": None,
    "undo_until": TIME,
    "subject": None,
    "counts": {"waiting": 3172, "sent": 100, "changed": 5121, "unchanged": 11, "refused": 5, "failed": 3},
    "services": 6800,
}
JOB_ROW = {
    "client": {"id": CLIENT_ID, "name": "Kestrel & Vane", "email": "t.renner@kestrelvane.example"},
    "result": "changed",
    "code": "",
    "reason": "",
    "services": 1,
    "at": TIME,
}
DRY_RUN = {
    "rows": 8412,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "changed": 8390,
    "unchanged": 14,
    "refused": 8,
    "services": 11204,
    "monthly": [{"amount": "6204.00", "currency": "EUR"}],
    "reasons": [
        {
            "result": "refused",
            "code": "not-found",
            "reason": "There is no such client any more.",
            "count": 8,
            "clients": [{"id": CLIENT_ID, "name": "Kestrel & Vane"}],
            "client_ids": [CLIENT_ID],
        }
    ],
    "at": TIME,
    "undo_until": TIME,
}
