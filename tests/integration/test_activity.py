"""The log over HTTP: every change is one entry, requests show what they set off, exports prove themselves offline."""

import csv
import io
import json
import subprocess
import sys

import pytest
import requests
from sqlalchemy import create_engine, text

from chassis.db.engine import driver_url
from chassis.events.event import commit_all
from chassis.events.relay import events_exchange
from chassis.testing.plugin import confirming, wait_until
from tools.ops import audit_verify


@pytest.fixture
def client(system) -> dict:
    """A client who was just made, both entries of the making logged."""
    made = system.new_client(company="=Lovelace & Co")
    wait_until(lambda: len(log_of(system, made)) == 2, "the two entries of a new client")
    return made


def log_of(system, client: dict, **query) -> list[dict]:
    return system.get(f"/clients/{client['id']}/activity", params=query).json()["data"]


def export(system, path: str, form: str, **query) -> str:
    answer = system.get(f"{path}/export", params={"format": form, **query})
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8-sig")


def test_what_a_request_set_off_in_another_service_carries_its_cause(system, client):
    opened, created = log_of(system, client)
    assert (created["type"], opened["type"]) == ("client.created.v1", "billing_account.opened.v1")
    assert (created["actor"]["kind"], opened["actor"]["kind"]) == ("staff", "system")
    assert created["cause"] == opened["cause"]
    assert [row["seq"] for row in log_of(system, client, cause=created["cause"])] == [2, 1]
    assert log_of(system, client, cause="another") == []


def test_the_chain_of_a_client_verifies(system, client):
    answer = system.get(f"/clients/{client['id']}/activity/verify").json()
    assert (answer["entries"], answer["valid"], answer["first_bad_seq"]) == (2, True, None)
    assert answer["head"] == log_of(system, client)[0]["hash"]


def test_an_event_that_was_published_and_put_aside_is_a_gap_until_it_comes(system, client):
    """As if it were parked: its stream counts it, nothing comes after it, and it is not in the log."""
    engine = create_engine(driver_url(system.containers["support"].config["settings"].database_url))
    path = f"/clients/{client['id']}/activity/verify"
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO streams VALUES (:id, 1)"), {"id": client["id"]})
    answer = system.get(path).json()
    assert (answer["valid"], answer["fault"]["kind"]) == (False, "gap")
    assert answer["gaps"] == [{"source": "services/support", "first": 1, "last": 1}]
    with engine.begin() as connection:
        connection.execute(text("UPDATE streams SET sequence = 0 WHERE stream = :id"), {"id": client["id"]})
    engine.dispose()
    assert system.get(path).json()["valid"] is True


def test_the_systems_chain_verifies(system):
    answer = system.get("/activity/verify").json()
    assert answer["valid"] is True


def test_the_log_of_all_has_the_newest_first_with_their_clients(system, client):
    rows = system.get("/activity", params={"category": "Clients", "limit": 5}).json()["data"]
    assert [(row["client_id"], row["type"]) for row in rows[:2]] == [
        (client["id"], "billing_account.opened.v1"),
        (client["id"], "client.created.v1"),
    ]


def test_the_log_of_all_pages_without_gap_or_repetition(system, client):
    first = system.get("/activity", params={"limit": 3}).json()
    second = system.get("/activity", params={"limit": 3, "after": first["page"]["next"]}).json()
    both = system.get("/activity", params={"limit": 6}).json()
    assert [row["id"] for row in first["data"] + second["data"]] == [row["id"] for row in both["data"]]
    back = system.get("/activity", params={"limit": 3, "before": second["page"]["prev"]}).json()
    assert [row["id"] for row in back["data"]] == [row["id"] for row in first["data"]]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"category": "Parcels"}, "/category"),
        ({"from": "yesterday"}, "/from"),
        ({"sort": "seq"}, "/sort"),
        ({"after": "x"}, "/after"),
        ({"limit": "0"}, "/limit"),
    ],
)
def test_a_bad_filter_of_the_log_of_all_is_named(system, query, pointer):
    answer = system.get("/activity", params=query)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("form", [None, "xml"])
def test_an_export_is_csv_or_jsonl(system, client, form):
    answer = system.get(f"/clients/{client['id']}/activity/export", params={"format": form} if form else {})
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == "/format"


def test_what_may_not_be_changed_has_no_route(system, client):
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        assert system.request(method, f"/api/v1/clients/{client['id']}/activity", json={}).status_code == 405


def test_a_client_that_is_not_there_has_no_log_no_proof_and_no_export(system):
    missing = "0192f0c1-0000-7000-8000-00000000dead"
    for path in ("activity", "activity/verify", "activity/export?format=csv"):
        assert system.get(f"/clients/{missing}/{path}").status_code == 404


def test_an_exported_chain_verifies_offline_against_the_checkpoints(system, client, keys_dir, tmp_path):
    (checkpoints,) = keys_dir.glob(f"checkpoints-{system.origin.rpartition(':')[2]}.jsonl")
    wait_until(checkpoints.exists, "the first checkpoint")
    file = tmp_path / "export.jsonl"
    file.write_text(export(system, "/activity", "jsonl"))
    done = subprocess.run(
        [sys.executable, audit_verify.__file__, str(file), str(checkpoints), "--key", str(keys_dir / "audit.pub")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert f"valid    {client['id']}: 2 entries" in done.stdout
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[-1] == {"end": {"entries": len(lines) - 2}}
    created = next(line for line in lines if line.get("chain") == client["id"] and line["seq"] == 1)
    created["facts"]["currency"] = "USD"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert audit_verify.verify(str(file), str(checkpoints), str(keys_dir / "audit.pub")) == 1


def test_csv_holds_the_rows_as_people_read_them_and_no_formula(system, client):
    rows = list(csv.DictReader(io.StringIO(export(system, f"/clients/{client['id']}/activity", "csv"))))
    assert [(row["seq"], row["action"], row["client_id"]) for row in rows] == [
        ("1", "created the client", client["id"]),
        ("2", "opened the billing account in EUR", client["id"]),
    ]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


def test_a_filtered_export_says_so(system, client):
    lines = [
        json.loads(line)
        for line in export(system, f"/clients/{client['id']}/activity", "jsonl", category="Contacts").splitlines()
    ]
    assert (lines[0]["of"], lines[0]["filters"]) == (client["id"], {"category": "Contacts"})
    assert lines[1:] == [{"end": {"entries": 0}}]


def test_an_export_in_many_parts_has_every_entry_once(system, client, monkeypatch):
    monkeypatch.setattr("services.audit.queries.export.ROWS", 3)
    monkeypatch.setattr("services.audit.queries.export.LOOKED_AT", 4)
    lines = [json.loads(line) for line in export(system, "/activity", "jsonl").splitlines()]
    keys = [(line["chain"], line["seq"]) for line in lines[1:-1]]
    assert len(keys) == len(set(keys)) == lines[-1]["end"]["entries"] > 6
    found = [line for line in map(json.loads, export(system, "/activity", "jsonl", category="Clients").splitlines())]
    assert {line["event_id"] for line in found[1:-1]} == {
        line["event_id"] for line in lines[1:-1] if line["category"] == "Clients"
    }


def test_an_event_whose_type_nobody_knows_is_logged_and_proved(system, client):
    """A service of tomorrow: its type is in no catalogue of today."""
    parts = commit_all({"actor_name": "Robot"})
    message = {
        "specversion": "1.0",
        "id": "0192f0c1-0000-7000-8000-" + client["id"][-12:],
        "type": "parcel.sent.v1",
        "source": "services/support",
        "subject": client["id"],
        "time": "2026-11-22T17:02:03.004Z",
        "dataschema": "urn:x",
        "stream": client["id"],
        "sequence": 1,
        "actor": {"kind": "system", "id": "support", "name": "Robot"},
        "acting_as": None,
        "cause": "tomorrow",
        "changes": [{"field": "weight", "old": None, "new": "2 kg"}],
        "facts": {
            "entity": {"type": "parcel", "id": "P-1"},
            "commitments": {"actor_name": parts["actor_name"]["commitment"]},
        },
        "personal": {"actor_name": {name: parts["actor_name"][name] for name in ("salt", "value")}},
    }
    with confirming(system.containers["support"].config["AMQP_URI"]) as connection:
        exchange = events_exchange("support")
        connection.Producer().publish(
            json.dumps(message),
            exchange=exchange,
            routing_key=message["type"],
            serializer=None,
            content_type="application/json",
            content_encoding="utf-8",
            message_id=message["id"],
        )
    (row,) = wait_until(lambda: log_of(system, client, cause="tomorrow"), "the entry")
    assert (row["action"], row["category"], row["entity"]) == (
        "sent parcel",
        "Tickets",
        {"type": "parcel", "id": "P-1"},
    )
    assert row["changes"] == [{"field": "weight", "old": None, "new": "2 kg"}]
    assert system.get(f"/clients/{client['id']}/activity/verify").json()["valid"] is True


def test_without_the_permission_there_is_no_log_of_all_and_no_export(system, client):
    for path in (
        "/activity",
        "/activity/verify",
        "/activity/export?format=csv",
        f"/clients/{client['id']}/activity/export?format=csv",
    ):
        answer = requests.get(f"{system.origin}/api/v1{path}", timeout=10)
        assert answer.status_code == 401
