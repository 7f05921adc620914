"""`./dev test`: engines of its own in a temporary folder, the checks, then pytest; nothing is left running."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tools.dev import install, postgres, processes, pytest_tally, rabbitmq, supervisor
from tools.dev.compose import engine
from tools.dev.passwords import load_passwords
from tools.dev.paths import CHECKOUT, Failure, Paths
from tools.dev.ports import Ports
from tools.dev.probes import ready, wait_for

PREFIX = "commerce-test-"
BROWSER = Path("tests/browser")
COMPOSE = Path("tests/compose")
GENERATED = Path("tests/integration/test_generated_clients.py")
# Each is a run of its own, in the order in which they begin. Those of the first start and kill whole systems, and wait for
# them most of the time. The browser's and those in containers are apart since the others patch the standard library, which
# Playwright cannot bear.
APART = ((Path("tests/faults"), Path("tests/tools")), (BROWSER,), (Path("tests/integration"),), (COMPOSE,))
UNPATCHED = (BROWSER, COMPOSE)
ARCHITECTURE = Path("tests/architecture")
CHANGED = "--changed"
AT_ONCE = 2  # runs of pytest side by side: more of them wait for each other's processors
NOTHING_CHOSEN = 5  # pytest's exit code for it
# The kernel ends engines and pytest with this process, should it be killed without a chance to do so itself.
DIES_WITH_US = ("setpriv", "--pdeathsig", "SIGTERM")


@dataclass(frozen=True)
class Engines:
    """Where the tests' engines answer."""

    postgres_url: str
    amqp_uri: str
    rabbit_api: str

    def environment(self) -> dict[str, str]:
        return {
            "COMMERCE_TEST_POSTGRES_URL": self.postgres_url,
            "COMMERCE_TEST_AMQP_URI": self.amqp_uri,
            "COMMERCE_TEST_RABBIT_API": self.rabbit_api,
        }


def run(arguments: list[str], report) -> int:
    """Check everything; answers pytest's exit code, or 1 when only a check before it failed.

    The tests are several runs of pytest, each on engines of its own, AT_ONCE side by side: most of the time of one would
    be spent waiting.
    `--changed`, or `--changed=COMMIT`, chooses the tests nearest to what differs from that commit, else from the last.
    """
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGHUP, _as_interrupt)
    install.ensure_packages(_packages(report), report)
    _clear_away()
    paths = Paths(CHECKOUT, Path(tempfile.mkdtemp(prefix=PREFIX)))
    chosen = _possible(runs(_with_changed(arguments, paths, report)), report)
    folders = [Paths(CHECKOUT, paths.local / f"run-{number}") for number in range(len(chosen))]
    for one in (paths, *folders):
        one.make()
    try:
        with paths.lock(), ThreadPoolExecutor(1) as pool, contextlib.ExitStack() as stack:
            engines = [stack.enter_context(_engines(one)) for one in folders]
            pool.submit(install.ensure_venv, paths, report).result()
            failed = [*_generators(chosen, paths, report), *_checks(paths, report)]
            begun, tallies = time.monotonic(), paths.local / "tallies"
            tallies.mkdir()
            codes = _pytest(
                [
                    Tests(arguments, folder, answering(), tallies)
                    for arguments, folder, answering in zip(chosen, folders, engines, strict=True)
                ],
                report,
            )
            if failed:
                print(f"./dev test: failed before the tests: {', '.join(failed)}", file=sys.stderr)
            if len(codes) > 1:
                print(pytest_tally.line(tallies, time.monotonic() - begun), flush=True)
            return verdict(codes) or (1 if failed else 0)
    except KeyboardInterrupt:
        return 130
    finally:
        processes.end([record for one in (paths, *folders) for record in processes.marked(one.local)], 5.0)
        shutil.rmtree(paths.local, ignore_errors=True)


def _with_changed(arguments: list[str], paths: Paths, report) -> list[str]:
    """The arguments with the nearest tests in the place of `--changed`. Raises Failure for an unknown commit."""
    wanted = [one for one in arguments if one.partition("=")[0] == CHANGED]
    if not wanted:
        return arguments
    install.ensure_venv(paths, report)
    base = wanted[-1].partition("=")[2] or "HEAD"
    argv = [paths.python, "-m", "tools.nearest_tests", base]
    done = subprocess.run(argv, cwd=paths.checkout, env=_environment(paths), capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"cannot tell what changed since {base}: {done.stderr.strip().splitlines()[-1]}")
    tests = done.stdout.split()
    report(f"{len(tests)} test files are near what changed since {base}; the whole system is tested without {CHANGED}")
    return [one for one in arguments if one not in wanted] + (tests or [str(ARCHITECTURE)])


def _possible(chosen: list[list[str]], report) -> list[list[str]]:
    """The runs without that in containers where nothing would run it; one that was asked for alone says so by itself."""
    if len(chosen) == 1 or str(COMPOSE) not in chosen[-1] or engine.found(Paths.of(CHECKOUT)) is not None:
        return chosen
    report(f"{COMPOSE} is not run: {engine.ABSENT}")
    return chosen[:-1]


def _clear_away() -> None:
    """Remove the folders of this user's runs that were killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if folder.stat().st_uid == os.getuid():
            with contextlib.suppress(Failure), Paths(CHECKOUT, folder).lock(patience=0):
                shutil.rmtree(folder, ignore_errors=True)


def _as_interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _packages(report) -> list[str]:
    """What to install. Without Chromium a normal user may still run every other test."""
    missing = install.missing_packages(tests=True)
    if missing and set(missing) <= install.TEST_PACKAGES and os.getuid() != 0:
        report(f"some tests will fail; as root: {install.install_line(missing)}")
        return []
    return missing


@contextlib.contextmanager
def _engines(paths: Paths) -> Iterator:
    """Start PostgreSQL and RabbitMQ; gives a function that waits for them and answers where they are."""
    ports = Ports(paths)
    numbers = {name: ports.take(name) for name in ("postgres", "amqp", "management", "epmd", "dist")}
    passwords = load_passwords(paths)
    rabbitmq.configure(paths, numbers, passwords["rabbitmq_admin"], "/")
    specs = [replace(one, argv=[*DIES_WITH_US, *one.argv]) for one in rabbitmq.processes(paths, numbers)]
    running = [(replace(spec, stop="SIGKILL"), supervisor.launch(spec, paths)) for spec in specs]
    try:
        postgres.create_cluster(paths, passwords["postgres"], sync=False)
        spec = postgres.process(paths, numbers["postgres"], postgres.THROWAWAY, DIES_WITH_US)
        running.append((spec, supervisor.launch(spec, paths)))
        yield lambda: _answering(paths, numbers, passwords)
    finally:
        supervisor.stop(list(reversed(running)))
        ports.release()


def _answering(paths: Paths, numbers: dict[str, int], passwords: dict[str, str]) -> Engines:
    try:
        wait_for("PostgreSQL", lambda: ready(f"postgres:{numbers['postgres']}"), 60)
        wait_for("RabbitMQ", lambda: ready(f"amqp:{numbers['amqp']}"), 90)
        management = rabbitmq.Management(numbers["management"], passwords["rabbitmq_admin"])
        wait_for("RabbitMQ's management", management.ready, 30)
    except Failure as slow:
        tails = "\n".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in paths.logs.glob("*.log"))
        raise Failure(f"{slow}\n{tails}") from slow
    admin = f"{rabbitmq.ADMIN}:{passwords['rabbitmq_admin']}@127.0.0.1"
    return Engines(
        f"postgresql://postgres:{passwords['postgres']}@127.0.0.1:{numbers['postgres']}/postgres",
        f"amqp://{admin}:{numbers['amqp']}//",
        f"http://{admin}:{numbers['management']}",
    )


def _generators(chosen: list[list[str]], paths: Paths, report) -> list[str]:
    """Install what makes clients from the OpenAPI document, where a run may need it; answers its name when that failed, and
    every other test is run all the same."""
    if not any(GENERATED.is_relative_to(one.partition("::")[0]) for arguments in chosen for one in arguments):
        return []
    try:
        install.ensure_generators(paths, report)
    except Failure as failure:
        print(failure, flush=True)
        return ["generators of API clients"]
    return []


def _checks(paths: Paths, report) -> list[str]:
    """Lint, format, import walls and generated documents; answers the names of those that failed."""
    tools = paths.venv / "bin"
    commands = {
        "ruff": [str(tools / "ruff"), "check", "--quiet", "--no-cache", "."],
        "ruff format": [str(tools / "ruff"), "format", "--check", "--quiet", "--no-cache", "."],
        "template format": [str(tools / "djangofmt"), "--check", "gateway/templates"],
        "lint-imports": [str(tools / "lint-imports"), "--no-cache"],
        "generated documents": [paths.python, "-m", "tools.docs", "--check"],
    }
    failed = []
    for name, argv in commands.items():
        done = subprocess.run(argv, cwd=paths.checkout, env=_environment(paths), capture_output=True, text=True)
        report(f"{name}: {'failed' if done.returncode else 'passed'}")
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    return failed


def runs(arguments: list[str]) -> list[list[str]]:
    """The arguments of each pytest run: those that go APART, after the one of all others. Paths go to the run they belong
    to, all other arguments to each run."""
    paths = [one for one in arguments if not one.startswith("-") and (CHECKOUT / one.partition("::")[0]).exists()]
    options = [one for one in arguments if one not in paths]
    apart = [_below(paths or [str(one) for one in folders if (CHECKOUT / one).exists()], *folders) for folders in APART]
    others = [one for one in paths if not any(one in found for found in apart)]
    ignored = [f"--ignore={folder}" for folders in APART for folder in folders]
    chosen = [[*options, *ignored, *others]] if others or not paths else []
    for folders, found in zip(APART, apart, strict=True):
        unpatched = [f"--confcutdir={folder}" for folder in folders if folder in UNPATCHED]
        chosen += [[*options, *unpatched, *found]] if found else []
    return chosen


def _below(paths: list[str], *folders: Path) -> list[str]:
    """The paths, perhaps with the name of a test, that lie in one of the folders."""
    return [one for one in paths if any(Path(one.partition("::")[0]).is_relative_to(folder) for folder in folders)]


def verdict(codes: list[int]) -> int:
    """The exit code of all runs: that of the first that failed. A run in which nothing was chosen is no failure when
    another one had something to do."""
    chosen = [code for code in codes if code != NOTHING_CHOSEN]
    return next(filter(None, chosen), 0) if chosen else NOTHING_CHOSEN


@dataclass(frozen=True)
class Tests:
    """A run of pytest: its arguments, the paths and addresses of its engines, and the folder that takes its counts."""

    arguments: list[str]
    paths: Paths
    engines: Engines
    tallies: Path

    @property
    def output(self) -> Path:
        """Its output, when that is not shown at once."""
        return self.paths.logs / "pytest.log"

    def start(self, beside: bool) -> subprocess.Popen:
        """Start it; one that runs `beside` another keeps its output."""
        env = {**_environment(self.paths), **self.engines.environment(), pytest_tally.FOLDER: str(self.tallies)}
        if os.environ.get("CI"):
            env.setdefault("HYPOTHESIS_PROFILE", "ci")
        argv = [*DIES_WITH_US, self.paths.python, "-m", "pytest", "-p", pytest_tally.__name__, *self.arguments]
        if not beside:
            return subprocess.Popen(argv, cwd=self.paths.checkout, env=env)
        with self.output.open("wb") as output:
            return subprocess.Popen(argv, cwd=self.paths.checkout, env=env, stdout=output, stderr=output)


def _pytest(tests: list[Tests], report) -> list[int]:
    """Run them, AT_ONCE at a time, and answer their exit codes. The first shows its output as it goes; that of the others
    follows whole, so that the closing line of each stands where the caller looks for it."""
    if len(tests) > 1:
        report(f"{len(tests)} runs of pytest, {AT_ONCE} at a time; the output of all but the first follows")
    children: list[subprocess.Popen] = []
    try:
        while any(child.poll() is None for child in children) or len(children) < len(tests):
            if len(children) < len(tests) and sum(child.poll() is None for child in children) < AT_ONCE:
                children.append(tests[len(children)].start(beside=len(children) > 0))
            time.sleep(0.1)
        for one in tests[1:]:
            print(one.output.read_text(encoding="utf-8", errors="replace"), end="", flush=True)
        return [child.returncode for child in children]
    except KeyboardInterrupt:
        for child in children:
            child.send_signal(signal.SIGINT)
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                child.wait(timeout=30)
            child.kill()
        raise


def _environment(paths: Paths) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMMERCE_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # each of the many processes would compile the same modules
    return {
        **kept,
        processes.MARK: str(paths.local),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{paths.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
