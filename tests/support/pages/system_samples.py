"""The running system as its services describe it: one is behind, has lost a process and parks messages, one is away."""

from gateway.composition.system import SERVICES
from tests.support.pages.samples import TIME

PROCESS = {
    "instance": "host-7-4711",
    "version": "0.1.0",
    "migration": "0024",
    "started_at": TIME,
    "seen_at": TIME,
    "status": "ready",
    "leads": ["relay"],
    "pool": {"in_use": 2, "idle": 3, "most": 22},
}
STATE = {
    "processes": [PROCESS, {**PROCESS, "instance": "host-8-12", "status": "silent", "pool": None}],
    "jobs": {"relay": "host-7-4711", "send_mails": None},
    "outbox": {"waiting": 4118, "seconds": 214},
    "queues": [
        {"name": "rpc-clients", "kind": "calls", "waiting": 0, "parked": None, "seconds": None},
        {"name": "clients.totals", "kind": "events", "waiting": 2, "parked": 1, "seconds": 0},
    ],
    "broker": "4.1.2",
    "database": {"version": "17.2", "bytes": 734003200, "in_use": 61, "most": 300},
    "work": [{"name": "Bulk jobs", "open": 1, "since": TIME}, {"name": "Mails", "open": 0, "since": None}],
}
GATEWAY = {
    "instance": "host-7-99",
    "version": "0.1.0",
    "started_at": TIME,
    "seen_at": TIME,
    "status": "ready",
    "streams": 12,
    "lag": 0,
    "is_fed": True,
}
MESSAGE = {
    "id": "0192f0c1-0000-7abc-8def-000000000999",
    "event_type": "invoice.published.v1",
    "reason": "ValueError: a poisonous number",
    "recorded_at": TIME,
    "client_id": "0192f0c1-0000-7abc-8def-000000000001",
}
SYSTEM_PAGES = {
    "system/state.html": {
        "services": {
            "clients": STATE,
            "billing": None,
            "support": {**STATE, "outbox": None},
            "webhooks": STATE,
            "audit": STATE,
        },
        "gateway": [GATEWAY, {**GATEWAY, "instance": "host-8-9", "is_fed": False, "lag": None, "status": "silent"}],
        "broker": "4.1.2",
        "server": STATE["database"],
        "attention": [
            {
                "service": "clients",
                "alert": "EventsAreParked",
                "text": "clients.totals has 1 parked",
                "parked": "clients.totals",
            }
        ],
        "names": SERVICES,
        "left": 150,
        "every": 10,
    },
    "system/parked.html": {"queue": "clients.totals", "messages": [MESSAGE], "more": True},
    "system/settle.html": {"queue": "clients.totals", "act": "drop", "message": MESSAGE},
}
