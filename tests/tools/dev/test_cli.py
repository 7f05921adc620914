"""`./dev` when nothing runs."""

import json

import pytest

from tests.support import scratch_checkout
from tools.dev import cli
from tools.dev.cli import COMMANDS, HELP
from tools.dev.install import locked_lines
from tools.dev.paths import CHECKOUT, Failure


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return scratch_checkout.make(tmp_path_factory.mktemp("quiet"))


@pytest.mark.parametrize("arguments", [(), ("--help",), ("help",)])
def test_it_explains_itself(checkout, arguments):
    done = checkout.dev(*arguments)
    assert (done.returncode, done.stdout) == (0, HELP)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_the_explanation_names_every_command(command):
    assert f"./dev {command}" in HELP


def test_an_unknown_command_is_refused_with_the_explanation(checkout):
    done = checkout.dev("start")
    assert done.returncode == 2
    assert done.stderr.startswith("./dev: no command 'start'")


def test_status_answers_an_empty_list_when_nothing_runs(checkout):
    done = checkout.dev("status", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_down_has_nothing_to_do_when_nothing_runs(checkout):
    done = checkout.dev("down")
    assert (done.returncode, done.stdout) == (0, "nothing was running\n")


@pytest.mark.parametrize("arguments", [("token",), ("psql", "clients"), ("seed",), ("login", "a@example.com")])
def test_what_needs_a_system_says_how_to_start_one(checkout, arguments):
    done = checkout.dev(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"./dev {arguments[0]}: nothing is running here: ./dev up\n"


def test_several_parts_are_scaled_at_once(monkeypatch):
    asked = []

    def up(_paths, _report, scale, _empty):
        asked.append(scale)
        raise Failure("enough")

    monkeypatch.setattr(cli.lifecycle, "up", up)
    monkeypatch.setattr(cli.signal, "signal", lambda *given: None)
    assert cli.main(["up", "--scale", "clients=2", "billing=2", "--scale", "gateway=3"]) == 1
    assert asked == [{"clients": 2, "billing": 2, "gateway": 3}]


@pytest.mark.parametrize("scale", ["clients=0", "clients=99", "clients", "mail=2"])
def test_a_scale_that_makes_no_sense_is_refused(checkout, scale):
    done = checkout.dev("up", "--detach", "--scale", scale)
    assert done.returncode == 2
    assert "is not like clients=2" in done.stderr


def test_a_crashed_start_leaves_a_plan_that_status_reads(checkout):
    (checkout.folder / ".local" / "run").mkdir(exist_ok=True)
    plan = checkout.folder / ".local" / "run" / "plan.json"
    plan.write_text('[{"name": "cli')
    assert checkout.dev("status", "--json").stdout == "[]\n"
    plan.unlink()


def test_uv_is_installed_from_the_lock_with_its_hashes():
    lines = locked_lines((CHECKOUT / "requirements.lock").read_text(), "uv").splitlines()
    assert lines[0].startswith("uv==") and all("--hash=sha256:" in line for line in lines[1:])
    assert len(lines) > 10
