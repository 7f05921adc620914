"""The commands of `./dev` and their arguments."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from pathlib import Path

from deploy.services import SERVICES
from tools.dev import (
    auditing,
    backups,
    commands,
    doctor,
    drills,
    importing,
    lifecycle,
    mails,
    subscribers,
    testrun,
    upgrade,
)
from tools.dev.compose import cli as compose
from tools.dev.paths import CHECKOUT, Failure, Paths
from tools.dev.system import GATEWAY, ISSUERS

HELP = """\
Commerce on this machine. Everything it makes lies below .local/.

  ./dev up                     install what is missing, start everything, print where to sign in
       --detach                return when ready (else it stays, and Ctrl-C ends everything)
       --empty                 no demo data on the first start
       --scale clients=2 …     that many processes of a service or of the gateway
  ./dev upgrade                bring the running system to this code, one process after another, nobody refused
  ./dev down                   end everything
  ./dev status [--json]        what runs
  ./dev logs [NAME…] [-f]      the logs of the processes
  ./dev reset [--yes]          end everything and delete all data
  ./dev test [pytest args]     lint, import walls and all tests, on engines of their own
       --changed[=COMMIT]      only the tests nearest to what differs from a commit (the last one)
  ./dev seed --clients N       load generated data (from 200,000 clients on with a thin history)
  ./dev import DIR             import clients.csv, invoices.csv, invoice_lines.csv
  ./dev bench [args]           measure pages and writes
  ./dev faults [args]          kill processes and engines under load, and compare what became of each command
  ./dev drill upgrade          upgrade a private system under load and say what became of each request
       --times N --reads N --writes N
  ./dev drill restore [FILE]   make a private system of a backup, say how long it took, and compare it
  ./dev token [EMAIL]          a fresh API token
  ./dev login EMAIL [--portal] an address that signs in once
  ./dev mail [list | show N]   what would have been mailed, where no mail server is set
  ./dev url [portal]           where the system answers
  ./dev psql SERVICE [args]    a SQL prompt (clients, billing, support, audit)
  ./dev subscriber NAME        a user of the broker that gets all events; prints Nameko's settings for it
       --remove                takes it away, with its queues
  ./dev replay NAME --from TIME|beginning
       [--types T,…]           send what was published to one subscriber again; see docs/subscribing.md
  ./dev parked list            events that a listener could not use; also show, replay or drop QUEUE ID
  ./dev backup FILE            all data of the running system in one file (a secret)
  ./dev restore FILE [--yes]   a system made from such a file, in the place of what is here
  ./dev check [--repair]       compare what is kept twice: totals, ledgers, log and events, chains
  ./dev audit export [CLIENT]  the activity log as JSON lines (--csv: for a spreadsheet), of all or of one client
  ./dev audit verify EXPORT CHECKPOINTS
       --key audit.pub …       whether that log is whole and unaltered; needs neither database nor service
  ./dev archive --before DATE  move what was logged before that day out of the database, into a folder that proves itself
       --without-personal      leave personal values out of it
  ./dev rotate NAME            the next signing key of a service or of the gateway, while everything runs on
       --retire                trust the keys before it no more
  ./dev rotate passwords       an upgrade by which each process signs in to database and broker anew
  ./dev compose engine         a Docker engine of its own, with images made of Debian's packages (--stop ends it)
  ./dev doctor                 what is missing or wrong, and how to mend it
"""
BEGUN = time.monotonic()


def report(text: str) -> None:
    """One line of progress, with the seconds since the command began."""
    print(f"{time.monotonic() - BEGUN:6.1f} s  {text}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run one command; answers the exit code: 1 for a failure, 2 for a command that is not understood."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        print(f"./dev: no command {command!r}\n\n{HELP}", end="", file=sys.stderr)
        return 2
    try:
        return COMMANDS[command](Paths.of(CHECKOUT), rest)
    except Failure as failure:
        print(f"./dev {command}: {failure}", file=sys.stderr)
        return 1
    except PermissionError as refused:
        print(f"./dev {command}: {refused.filename} belongs to another user; use a clone of your own.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _parser(command: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./dev {command}", allow_abbrev=False)


def _up(paths: Paths, rest: list[str]) -> int:
    parser = _parser("up")
    parser.add_argument("--detach", "-d", action="store_true")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--scale", action="extend", nargs="+", default=[], type=_scale, metavar="NAME=N")
    given = parser.parse_args(rest)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    started = lifecycle.supervisor(paths) is None
    system, password = lifecycle.up(paths, report, dict(given.scale), given.empty)
    staff = paths.local / "staff.json"
    print(
        f"\nCommerce is ready after {time.monotonic() - BEGUN:.1f} s\n  staff    {system.admin_origin}\n"
        f"  clients  {system.portal_origin}"
    )
    if password:
        print(f"  sign in  {lifecycle.STAFF_EMAIL}  password {password}  (shown once; kept in {staff})")
    elif staff.exists():
        print(f"  sign in  {lifecycle.STAFF_EMAIL}  (password in {staff})")
    sys.stdout.flush()
    if given.detach or not started:
        return 0
    return _stay(paths)


def _stay(paths: Paths) -> int:
    """Follow the services' logs until Ctrl-C, then end everything."""
    print("  Ctrl-C ends everything\n", flush=True)
    try:
        names = [*SERVICES, GATEWAY]
        for line in commands.new_lines(paths, names, lambda: lifecycle.supervisor(paths) is not None):
            print(line, flush=True)
        if lifecycle.status(paths):
            raise Failure("the supervisor was killed, nothing restarts what ends: ./dev down, then ./dev up")
        print("ended by ./dev down", flush=True)
    except (KeyboardInterrupt, BrokenPipeError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        lifecycle.down(paths)
    return 0


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _scale(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if name not in (*SERVICES, GATEWAY) or not number.isdigit() or not 1 <= int(number) <= 8:
        raise argparse.ArgumentTypeError(f"{text!r} is not like clients=2 (1 to 8 of {', '.join(SERVICES)}, {GATEWAY})")
    return name, int(number)


def _upgrade(paths: Paths, rest: list[str]) -> int:
    _parser("upgrade").parse_args(rest)
    upgrade.upgrade(paths, report)
    return 0


def _down(paths: Paths, rest: list[str]) -> int:
    _parser("down").parse_args(rest)
    print("ended" if lifecycle.down(paths) else "nothing was running")
    return 0


def _status(paths: Paths, rest: list[str]) -> int:
    parser = _parser("status")
    parser.add_argument("--json", action="store_true")
    found = lifecycle.status(paths)
    if parser.parse_args(rest).json:
        print(json.dumps(found))
        return 0
    for one in found:
        print(f"{one['name']:<12} {one['pid'] or '-':>8} {one['port']:>6}  {'ready' if one['ready'] else 'not ready'}")
    print("" if found else "nothing is running: ./dev up", end="" if found else "\n")
    return 0


def _logs(paths: Paths, rest: list[str]) -> int:
    parser = _parser("logs")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--follow", "-f", action="store_true")
    parser.add_argument("--lines", "-n", type=int, default=20)
    given = parser.parse_args(rest)
    commands.show_logs(paths, given.names, given.lines, given.follow)
    return 0


def _reset(paths: Paths, rest: list[str]) -> int:
    parser = _parser("reset")
    parser.add_argument("--yes", "-y", action="store_true")
    given = parser.parse_args(rest)
    if not given.yes and sys.stdin.isatty() and input("Delete all data of this checkout? [y/N] ").lower() != "y":
        return 1
    lifecycle.reset(paths)
    print("all data is deleted; ./dev up starts anew")
    return 0


def _test(paths: Paths, rest: list[str]) -> int:
    return testrun.run(rest, report)


def _seed(paths: Paths, rest: list[str]) -> int:
    return commands.seed(paths, rest)


def _import(paths: Paths, rest: list[str]) -> int:
    parser = _parser("import")
    parser.add_argument("folder", metavar="DIR")
    parser.add_argument("--source", help="where the rows come from; an external_id is unique within it (default: csv)")
    parser.add_argument("--allow-duplicate-email", action="store_true")
    given = parser.parse_args(rest)
    fields = {"source": given.source, "allow_duplicate_email": "true" if given.allow_duplicate_email else None}
    return importing.run(paths, given.folder, {name: value for name, value in fields.items() if value})


def _bench(paths: Paths, rest: list[str]) -> int:
    return commands.bench(paths, rest, report)


def _faults(paths: Paths, rest: list[str]) -> int:
    return commands.faults(paths, rest, report)


def _drill(paths: Paths, rest: list[str]) -> int:
    parser = _parser("drill")
    actions = parser.add_subparsers(dest="what", required=True)
    upgrades = actions.add_parser("upgrade", allow_abbrev=False)
    upgrades.add_argument("--times", type=int, default=20, metavar="N")
    upgrades.add_argument("--reads", type=int, default=50, metavar="N")
    upgrades.add_argument("--writes", type=int, default=20, metavar="N")
    actions.add_parser("restore", allow_abbrev=False).add_argument("file", nargs="?", type=Path, metavar="FILE")
    given = parser.parse_args(rest)
    if given.what == "restore":
        return drills.restore(paths, report, given.file and given.file.absolute())
    return drills.upgrades(paths, report, given.times, given.reads, given.writes)


def _token(paths: Paths, rest: list[str]) -> int:
    parser = _parser("token")
    parser.add_argument("email", nargs="?", metavar="EMAIL")
    print(commands.token(paths, parser.parse_args(rest).email))
    return 0


def _login(paths: Paths, rest: list[str]) -> int:
    parser = _parser("login")
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--portal", action="store_true")
    given = parser.parse_args(rest)
    print(commands.login(paths, given.email, given.portal))
    return 0


def _mail(paths: Paths, rest: list[str]) -> int:
    parser = _parser("mail")
    actions = parser.add_subparsers(dest="action")
    actions.add_parser("list", allow_abbrev=False)
    actions.add_parser("show", allow_abbrev=False).add_argument("number", type=int, metavar="N")
    given = parser.parse_args(rest)
    if given.action == "show":
        print(mails.text(paths, given.number), end="")
    else:
        print("\n".join(mails.listing(paths)) or "no mail yet")
    return 0


def _url(paths: Paths, rest: list[str]) -> int:
    parser = _parser("url")
    parser.add_argument("which", nargs="?", choices=["portal"])
    print(commands.url(paths, parser.parse_args(rest).which == "portal"))
    return 0


def _psql(paths: Paths, rest: list[str]) -> int:
    parser = _parser("psql")
    parser.add_argument("service", choices=SERVICES, metavar="SERVICE")
    commands.psql(paths, parser.parse_args(rest[:1]).service, rest[1:])
    return 0


def _parked(paths: Paths, rest: list[str]) -> int:
    return commands.parked(paths, rest)


def _subscriber(paths: Paths, rest: list[str]) -> int:
    parser = _parser("subscriber")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--remove", action="store_true")
    given = parser.parse_args(rest)
    print(subscribers.subscriber(paths, given.name, given.remove))
    return 0


def _replay(paths: Paths, rest: list[str]) -> int:
    return subscribers.replay(paths, rest)


def _backup(paths: Paths, rest: list[str]) -> int:
    parser = _parser("backup")
    parser.add_argument("file", type=Path, metavar="FILE")
    file = parser.parse_args(rest).file.absolute()
    size = backups.write(paths, commands.running(paths), file)
    print(f"{file}  {size / 2**20:.1f} MB")
    return 0


def _restore(paths: Paths, rest: list[str]) -> int:
    parser = _parser("restore")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--yes", "-y", action="store_true")
    given = parser.parse_args(rest)
    if (paths.local / "first-start-done").exists() and not given.yes:
        raise Failure("there is data here, which a restore would replace: ./dev restore FILE --yes")
    lifecycle.restore(paths, report, given.file.absolute())
    return commands.check(paths, ["--repair"])


def _check(paths: Paths, rest: list[str]) -> int:
    return commands.check(paths, rest)


def _audit(paths: Paths, rest: list[str]) -> int:
    parser = _parser("audit")
    actions = parser.add_subparsers(dest="action", required=True)
    export = actions.add_parser("export", allow_abbrev=False)
    export.add_argument("client", nargs="?", metavar="CLIENT")
    export.add_argument("--csv", dest="form", action="store_const", const="csv", default="jsonl")
    verify = actions.add_parser("verify", allow_abbrev=False)
    verify.add_argument("export", metavar="EXPORT")
    verify.add_argument("checkpoints", metavar="CHECKPOINTS")
    verify.add_argument("--key", action="append", default=[], metavar="audit.pub")
    given = parser.parse_args(rest)
    if given.action == "export":
        return auditing.export(paths, given.client, given.form)
    return auditing.verify(paths, given.export, given.checkpoints, given.key, report)


def _archive(paths: Paths, rest: list[str]) -> int:
    print(commands.archive(paths, rest))
    return 0


def _rotate(paths: Paths, rest: list[str]) -> int:
    parser = _parser("rotate")
    parser.add_argument("name", choices=(*ISSUERS, "passwords"), metavar="NAME")
    parser.add_argument("--retire", action="store_true")
    given = parser.parse_args(rest)
    if given.name == "passwords":
        upgrade.upgrade(paths, report, new_passwords=True)
        return 0
    print(commands.rotate(paths, given.name, given.retire))
    return 0


def _compose(paths: Paths, rest: list[str]) -> int:
    return compose.run(paths, rest, report)


def _doctor(paths: Paths, rest: list[str]) -> int:
    _parser("doctor").parse_args(rest)
    return doctor.run(paths)


COMMANDS = {
    "up": _up,
    "upgrade": _upgrade,
    "down": _down,
    "status": _status,
    "logs": _logs,
    "reset": _reset,
    "test": _test,
    "seed": _seed,
    "import": _import,
    "bench": _bench,
    "faults": _faults,
    "drill": _drill,
    "token": _token,
    "login": _login,
    "mail": _mail,
    "url": _url,
    "psql": _psql,
    "backup": _backup,
    "restore": _restore,
    "parked": _parked,
    "subscriber": _subscriber,
    "replay": _replay,
    "check": _check,
    "audit": _audit,
    "archive": _archive,
    "rotate": _rotate,
    "compose": _compose,
    "doctor": _doctor,
}
