"""The offline verifier: it knows nothing of the services, and finds whatever was done to an export or to the
checkpoints."""

import copy
import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from chassis.events.event import canonical, commit_all
from gateway.composition.activity_export import about
from services.audit.checkpoints import CheckpointFile, digest, read_line
from services.audit.queries.export import sealed_row_of
from services.audit.rules import HASHED, entry_of, seal
from tools.dev import cli, install
from tools.dev.paths import CHECKOUT, Paths
from tools.ops import audit_verify

CHAINS = ("0192f0c1-0000-7000-8000-00000000c11e", "0192f0c1-0000-7000-8000-00000000c12e", "system")
LENGTH = 5
RECEIVED = datetime(2026, 11, 22, 17, 2, 4, 5, tzinfo=UTC)


def event(chain: str, number: int) -> dict:
    """A message of the bus with personal values."""
    parts = commit_all({"actor_name": "Ada Staff", "reason": f"reason {number}"})
    return {
        "id": str(uuid.uuid4()),
        "type": "client.updated.v1",
        "source": "services/clients",
        "stream": chain,
        "sequence": number,
        "time": "2026-11-22T17:02:03.004Z",
        "actor": {"kind": "staff", "id": "ada"},
        "acting_as": None,
        "cause": "request",
        "facts": {
            "entity": {"type": "client", "id": chain},
            "odd": [1e-30, 1e22, -0.0, "é\u2028♞"],
            "commitments": {name: part["commitment"] for name, part in parts.items()},
        },
        "personal": {name: {"salt": part["salt"], "value": part["value"]} for name, part in parts.items()},
        "changes": [{"field": "city", "old": "Bath", "new": "York"}],
    }


class Evidence:
    """An export with its checkpoints, to be tampered with and verified."""

    def __init__(self, folder: Path, keys: Path, numbers: Iterable[int] = range(1, LENGTH + 1)):
        self.folder, self.key = folder, keys / "audit.pub"
        self.private = OKPKey.import_key((keys / "audit.key").read_bytes())
        events = [event(chain, number) for number in numbers for chain in CHAINS]
        sealed, _ = seal([entry_of(each, RECEIVED) for each in events], {})
        sealed.sort(key=lambda entry: (entry["chain"], entry["seq"]))
        self.rows = [json.loads(json.dumps(sealed_row_of(SimpleNamespace(**entry)))) for entry in sealed]
        self.filters, self.of, self.torn = {}, "all", b""
        self.file = CheckpointFile(folder / "checkpoints.jsonl")
        for upto in (2, 3, LENGTH):
            self.sign(upto)

    def sign(self, seq: int, *chains: str) -> None:
        """Add a checkpoint of all chains at this entry."""
        heads = {
            row["chain"]: (seq, row["hash"])
            for row in self.rows
            if row["seq"] == seq and row["chain"] in (chains or CHAINS)
        }
        self.file.add(heads, "2026-11-22T17:05:00.000Z", self.private)

    def chain(self, name: str = CHAINS[0]) -> list[dict]:
        return [row for row in self.rows if row["chain"] == name]

    def write(self, ending: bool = True) -> list[str]:
        """Write the export; the arguments of the verifier."""
        newest = self.file.newest()
        head = about(self.of, self.filters, newest and newest["number"])
        lines = [head, *self.rows, *([{"end": {"entries": len(self.rows)}}] if ending else [])]
        export = self.folder / "export.jsonl"
        export.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        return [str(export), str(self.file.path), str(self.key)]

    def faults(self, **options) -> int:
        return audit_verify.verify(*self.write(**options))


@pytest.fixture
def evidence(tmp_path, keys_dir):
    return Evidence(tmp_path, keys_dir)


def test_a_whole_export_holds_chain_by_chain(evidence, capsys):
    assert evidence.faults() == 0
    output = capsys.readouterr().out
    for chain in CHAINS:
        head = evidence.chain(chain)[-1]["hash"]
        assert f"valid    {chain}: 5 entries, head {head}, proved by a checkpoint up to entry 5" in output
    assert output.endswith("everything holds\n")


def test_events_that_never_reached_the_log_are_named(tmp_path, keys_dir, capsys):
    evidence = Evidence(tmp_path, keys_dir, (1, 3, 7, 5, 8))
    assert evidence.faults() == 3 * len(CHAINS)
    output = capsys.readouterr().out
    for chain in CHAINS:
        for gap in ("event 2 is", "event 4 is", "event 6 is"):
            assert f"FAULT    {chain}: services/clients: {gap} not in the log" in output
    evidence.filters = {"category": "Clients"}
    assert evidence.faults() == 0


def test_the_program_runs_alone_and_exits_by_what_it_found(evidence, tmp_path):
    export, checkpoints, key = evidence.write()
    program = Path(audit_verify.__file__).absolute()
    run = [sys.executable, "-I", str(program), export, checkpoints, "--key", key]
    assert subprocess.run(run, cwd=tmp_path, capture_output=True).returncode == 0
    evidence.rows[3]["type"] = "other.v1"
    evidence.write()
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "entry 4 was changed after it was sealed" in done.stdout
    missing = subprocess.run([*run[:3], "nowhere", *run[4:]], cwd=tmp_path, capture_output=True, text=True)
    assert missing.returncode == 1 and "nowhere: No such file" in missing.stderr


def test_checkpoints_of_a_key_and_of_the_next_one_hold_and_none_of_the_first_after_that(evidence, tmp_path, capsys):
    first, old = evidence.private, str(evidence.key)
    evidence.private = OKPKey.generate_key("Ed25519")
    new = tmp_path / "audit.next.pub"
    new.write_bytes(evidence.private.as_pem(private=False))
    evidence.sign(LENGTH)
    export, checkpoints, _ = evidence.write()
    assert audit_verify.verify(export, checkpoints, old, str(new)) == 0
    assert audit_verify.verify(export, checkpoints, old) > 0
    evidence.private = first
    evidence.sign(LENGTH)
    assert audit_verify.verify(export, checkpoints, old, str(new)) == 1
    assert "checkpoint 5 was signed by a key that another had followed" in capsys.readouterr().out


def test_a_checkpoint_of_before_keys_had_ids_is_of_one_of_the_keys(evidence, tmp_path):
    another = tmp_path / "audit.another.pub"
    another.write_bytes(OKPKey.generate_key("Ed25519").as_pem(private=False))
    export, checkpoints, key = evidence.write()
    without_ids = []
    for line in Path(checkpoints).read_bytes().splitlines():
        checkpoint = json.loads(line)["checkpoint"]
        if without_ids:
            checkpoint["previous"] = digest(without_ids[-1])
        payload = canonical(checkpoint)
        signed = jws.serialize_compact({"alg": "Ed25519"}, payload, evidence.private, algorithms=["Ed25519"])
        without_ids.append(canonical({"checkpoint": checkpoint, "signature": jws.detach_content(signed)}) + b"\n")
    Path(checkpoints).write_bytes(b"".join(without_ids))
    assert audit_verify.verify(export, checkpoints, str(another), key) == 0
    keys = {one.thumbprint(): one for one in (OKPKey.generate_key("Ed25519"), evidence.private)}
    assert [read_line(line, keys)["number"] for line in without_ids] == [1, 2, 3]


def test_dev_audit_verify_asks_the_verifier_and_answers_its_exit_code(evidence, tmp_path, monkeypatch, capfd):
    paths = Paths(CHECKOUT, tmp_path / "local")
    monkeypatch.setattr(Paths, "python", sys.executable)
    monkeypatch.setattr(install, "ensure_venv", lambda *given: None)
    monkeypatch.setattr(cli.Paths, "of", lambda checkout: paths)
    export, checkpoints, key = evidence.write()
    assert cli.main(["audit", "verify", export, checkpoints, "--key", key]) == 0
    evidence.rows.pop()
    evidence.write()
    paths.keys.mkdir(parents=True)
    shutil.copy(key, paths.keys / "audit.pub")
    assert cli.main(["audit", "verify", export, checkpoints]) == 1
    assert "the end is cut off behind entry 4" in capfd.readouterr().out


def changed(value):
    """Another value of the same kind."""
    return {
        int: lambda: value + 1,
        str: lambda: value[:-1] + ("0" if value[-1:] != "0" else "1"),
        list: lambda: [*value, {}],
        dict: lambda: {**value, "more": 1},
        type(None): lambda: "put in",
    }[type(value)]()


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("field", [*HASHED, "prev", "hash"])
def test_a_change_of_any_field_of_any_entry_is_found(evidence, field, place):
    evidence.chain()[place][field] = changed(evidence.chain()[place][field])
    assert evidence.faults() > 0


@pytest.mark.parametrize(
    "how", ["deleted", "swapped", "inserted", "tail cut off", "a chain gone", "all gone", "doubled"]
)
def test_entries_taken_out_moved_or_put_in_are_found(evidence, how, capsys):
    rows = evidence.rows
    evidence.rows = {
        "deleted": rows[:2] + rows[3:],
        "swapped": [rows[1], rows[0], *rows[2:]],
        "inserted": [*rows[:2], {**rows[1], "seq": 3}, *rows[2:]],
        "tail cut off": rows[:4] + rows[5:],
        "a chain gone": rows[5:],
        "all gone": [],
        "doubled": [*rows, rows[-1]],
    }[how]
    assert evidence.faults() > 0
    assert "FAULT" in capsys.readouterr().out


def rebuild(rows: list[dict], first: int) -> None:
    """Change entry `first` of a chain and seal it and all that follow anew."""
    rows[first - 1]["type"] = "client.renamed.v1"
    prev = rows[first - 2]["hash"] if first > 1 else audit_verify.ZEROS
    for row in rows[first - 1 :]:
        row["prev"], row["hash"] = prev, audit_verify.entry_hash(prev, row)
        prev = row["hash"]


@pytest.mark.parametrize(("first", "expected"), [(1, "1 to 2 were made anew"), (3, "3 to 3 were"), (5, "4 to 5 were")])
def test_a_chain_made_anew_is_found_by_the_checkpoints(evidence, capsys, first, expected):
    rebuild(evidence.chain(), first)
    assert evidence.faults() == 1
    assert expected in capsys.readouterr().out


def test_a_chain_made_anew_and_signed_again_is_found_by_the_older_checkpoint(evidence, capsys):
    rebuild(evidence.chain(), 2)
    evidence.sign(LENGTH, CHAINS[0])
    assert evidence.faults() == 1
    assert "checkpoint 1 has" in capsys.readouterr().out


def test_an_altered_personal_value_is_found_and_an_erased_one_is_none(evidence, capsys):
    evidence.chain()[1]["personal"]["reason"]["value"] = "another"
    assert evidence.faults() == 1
    assert "personal values that were altered: reason" in capsys.readouterr().out
    del evidence.chain()[1]["personal"]["reason"]
    evidence.chain()[2]["personal"] = None
    assert evidence.faults() == 0


def lines_of(evidence) -> list[bytes]:
    return evidence.file.path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("head changed", "was not signed by this key"),
        ("number changed", "was not signed by this key"),
        ("first removed", "after checkpoint 0 comes 2"),
        ("middle removed", "after checkpoint 1 comes 3"),
        ("last removed", "the export knows number 3, the file ends with 2"),
        ("moved", "a line was removed, repeated or moved"),
        ("repeated", "a line was removed, repeated or moved"),
        ("not JSON", "was not signed by this key"),
        ("all removed", "the export knows number 3, the file ends with 0"),
    ],
)
def test_a_forged_or_missing_checkpoint_is_found(evidence, capsys, how, expected):
    arguments, lines = evidence.write(), lines_of(evidence)
    second = json.loads(lines[1])
    if how == "head changed":
        second["checkpoint"]["heads"][CHAINS[0]][1] = "00" * 32
    second["checkpoint"]["number"] += how == "number changed"
    forged = json.dumps(second, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    evidence.file.path.write_bytes(
        b"".join(
            {
                "head changed": [lines[0], forged, lines[2]],
                "number changed": [lines[0], forged, lines[2]],
                "first removed": lines[1:],
                "middle removed": [lines[0], lines[2]],
                "last removed": lines[:2],
                "moved": [lines[1], lines[0], lines[2]],
                "repeated": [*lines[:2], lines[1], lines[2]],
                "not JSON": [lines[0], b"{}\n", lines[2]],
                "all removed": [],
            }[how]
        )
    )
    assert audit_verify.verify(*arguments) > 0
    assert expected in capsys.readouterr().out


def test_a_checkpoint_of_another_key_is_found(evidence, keys_dir, capsys):
    evidence.private = OKPKey.import_key((keys_dir / "billing.key").read_bytes())
    evidence.sign(LENGTH)
    assert evidence.faults() > 0
    assert "was not signed by this key" in capsys.readouterr().out


def test_a_torn_last_line_does_not_count_and_is_no_fault(evidence, capsys):
    arguments, lines = evidence.write(), lines_of(evidence)
    evidence.file.path.write_bytes(b"".join(lines) + lines[2][:50])
    assert audit_verify.verify(*arguments) == 0
    assert "torn" in capsys.readouterr().out


def test_what_a_later_checkpoint_knows_may_be_missing_from_an_older_export(evidence):
    evidence.rows = [row for row in evidence.rows if row["seq"] <= 3]
    later = lines_of(evidence)[2]
    evidence.file.path.write_bytes(b"".join(lines_of(evidence)[:2]))
    arguments = evidence.write()
    evidence.file.path.write_bytes(evidence.file.path.read_bytes() + later)
    assert audit_verify.verify(*arguments) == 0


def test_a_filtered_export_proves_each_entry_and_says_that_it_is_not_whole(evidence, capsys):
    evidence.filters = {"category": "Clients"}
    del evidence.rows[1]
    assert evidence.faults() == 0
    output = capsys.readouterr().out
    assert "it was filtered" in output and f"partial  {CHAINS[0]}: 4 entries" in output
    evidence.rows[1]["cause"] = "another"
    assert evidence.faults() == 1


def test_the_export_of_one_client_is_held_against_that_client_alone(evidence):
    evidence.of, evidence.rows = CHAINS[1], evidence.chain(CHAINS[1])
    assert evidence.faults() == 0
    evidence.of = CHAINS[0]
    assert evidence.faults() == 2  # its chain is missing, and entries of another are there


def test_an_export_that_was_cut_off_is_found(evidence, capsys):
    assert evidence.faults(ending=False) == 1
    assert "its last line is missing" in capsys.readouterr().out


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_tampering_with_lines_or_letters_goes_unnoticed(evidence, data):
    """Whatever letter of whatever entry is replaced, and whatever entries are dropped, doubled or exchanged."""
    arguments = evidence.write()
    export = Path(arguments[0])
    lines = export.read_text().rstrip("\n").split("\n")  # not splitlines, which knows more ends of lines than JSON has
    kept = copy.copy(lines)
    place = data.draw(st.integers(1, len(lines) - 2))
    how = data.draw(st.sampled_from(["letter", "drop", "double", "exchange"]))
    if how == "letter":
        at = data.draw(st.integers(0, len(lines[place]) - 1))
        lines[place] = lines[place][:at] + data.draw(st.sampled_from("0aZ ,}")) + lines[place][at + 1 :]
    elif how == "drop":
        del lines[place]
    elif how == "double":
        lines.insert(place, lines[place])
    else:
        other = data.draw(st.integers(1, len(lines) - 2))
        lines[place], lines[other] = lines[other], lines[place]
    same = [_read(line) for line in lines] == [_read(line) for line in kept]
    export.write_text("\n".join(lines) + "\n")
    assert (audit_verify.verify(*arguments) == 0) == same


def _read(line: str):
    """What a line says, in one spelling: 1e+22 and 1e022 are one number, 0.0 and -0.0 are two."""
    try:
        return audit_verify.canonical(json.loads(line))
    except ValueError:
        return line
