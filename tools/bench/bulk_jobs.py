"""Bulk job: many clients tagged by one act and untagged by another, with the list asked for beside it."""

import json
import time
import uuid
from statistics import median, quantiles

from tools.bench.measuring import GatewayConnection, processor_time

IDS_A_JOB = 5000
PAUSE = 0.5  # seconds between two looks: all that is asked for stays within the limits of a token
LIST = "/api/v1/clients?limit=25"
JSON = "application/json"


def measure_bulk_job(rows: int) -> str:
    """Act on so many clients; a sentence with the seconds, what they cost, and how the list did meanwhile."""
    gateway = GatewayConnection()
    tag = _post(gateway, "/tags", {"name": f"Bench {uuid.uuid4().hex[:8]}", "colour": "#4263eb"})
    for ids in _ids(gateway, rows):
        _ended(gateway, _start(gateway, "add_tag", tag, ids=ids))
    alone = [gateway.get(LIST)[0] for _ in range(40)]
    wanted = {"query": {"tag": tag["id"]}}
    begun = time.monotonic()
    planned = _start(gateway, "remove_tag", tag, validate_only=True, **wanted)
    looked, before, begun = time.monotonic() - begun, processor_time(), time.monotonic()
    beside = _ended(gateway, _start(gateway, "remove_tag", tag, **wanted))
    seconds = time.monotonic() - begun
    return (
        f"A dry run of {planned['rows']:,} clients in {looked:.1f} s, their job in {seconds:.1f} s "
        f"({planned['rows'] / seconds:.0f} a second), {processor_time() - before:.1f} s on the processor. The list took "
        f"{median(alone) * 1000:.0f} ms alone; beside the job p50 {median(beside) * 1000:.0f} ms, p95 "
        f"{quantiles(beside, n=20)[-1] * 1000:.0f} ms."
    )


def _ids(gateway: GatewayConnection, rows: int) -> list[list[str]]:
    """The ids of the first clients of the list, as many as one job takes by their ids at a time."""
    found, after = [], ""
    while len(found) < rows and after is not None:
        page = json.loads(gateway.get(f"/api/v1/clients?limit=100{after and f'&after={after}'}")[1])
        found += [row["id"] for row in page["data"]]
        after = page["page"]["next"]
    found = found[:rows]
    return [found[start : start + IDS_A_JOB] for start in range(0, len(found), IDS_A_JOB)]


def _start(gateway: GatewayConnection, act: str, tag: dict, **more) -> dict:
    return _post(gateway, "/jobs", {"act": act, "arguments": {"tag_id": tag["id"]}, **more})


def _post(gateway: GatewayConnection, path: str, body: dict) -> dict:
    return gateway.post(f"/api/v1{path}", JSON, json.dumps(body).encode())


def _ended(gateway: GatewayConnection, job: dict) -> list[float]:
    """Wait for a job's end; the seconds that each list took meanwhile."""
    taken = []
    while json.loads(gateway.get(f"/api/v1/jobs/{job['id']}")[1])["status"] != "done":
        taken += [gateway.get(LIST)[0] for _ in range(2)]
        time.sleep(PAUSE)
    return taken or [gateway.get(LIST)[0]] * 2
