"""Import: a file of generated clients sent through the API, until the last row is in."""

import json
import time
import uuid

from tools.bench.measuring import GatewayConnection, memory, processor_time
from tools.dev.importing import multipart_of

COLUMNS = "external_id,first_name,last_name,email,company,phone,address1,city,postcode,country,currency_code,status"
POLL_SECONDS = 0.5


def measure_import(rows: int) -> str:
    """Import so many clients; a sentence with the seconds, and what gateway and services needed for it."""
    gateway, before, memory = GatewayConnection(), processor_time(), _gateway_memory()
    kind, body = multipart_of({"source": f"bench-{uuid.uuid4().hex[:8]}"}, {"clients": _file(rows)})
    begun = time.monotonic()
    path = f"/api/v1/imports/{gateway.post('/api/v1/imports', kind, body)['id']}"
    staged = time.monotonic() - begun
    while (state := json.loads(gateway.get(path)[1]))["status"] != "done":
        time.sleep(POLL_SECONDS)
    seconds, counts = time.monotonic() - begun, state["counts"]
    return (
        f"{counts['imported']:,} of {rows:,} clients imported in {seconds:.1f} s ({rows / seconds:.0f} a second), "
        f"{staged:.1f} s of it to read and stage {len(body) / 1e6:.1f} MB; {processor_time() - before:.1f} s on the "
        f"processor; the gateway's memory grew by {_gateway_memory() - memory:.0f} MB at most."
    )


def _file(rows: int) -> bytes:
    tag = uuid.uuid4().hex[:8]
    lines = (
        f"{n},Ann {n},Lee {n},ann{n}@{tag}.example,Lee {n} Ltd,0711 28{n:06d},Street {n},Ulm,89073,Germany,EUR,active"
        for n in range(rows)
    )
    return "\n".join([COLUMNS, *lines]).encode()


def _gateway_memory() -> float:
    """The most memory that the gateway has ever held, in MB."""
    return sum(most for name, most in memory().items() if name.startswith("gateway"))
