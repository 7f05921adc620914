"""`python -m tools.docs` writes the generated documents; `--check` says which are stale (exit 1); `--release` keeps what
the events and the HTTP API promise now as what was released."""

import sys

from chassis import green

green.patch()

from tools.docs.asyncapi import system_document  # noqa: E402
from tools.docs.documents import ROOT, as_json, documents, stale  # noqa: E402
from tools.docs.openapi import openapi  # noqa: E402
from tools.docs.released_api import RELEASED_API, promised_api  # noqa: E402
from tools.docs.released_events import RELEASED, promised  # noqa: E402


def main(arguments: list[str]) -> int:
    """Write all documents, or with `--check` only name the stale ones; the exit status."""
    if arguments == ["--release"]:
        RELEASED.write_text(as_json(promised(system_document())), encoding="utf-8")
        RELEASED_API.write_text(as_json(promised_api(openapi())), encoding="utf-8")
        return 0
    if arguments not in ([], ["--check"]):
        raise SystemExit("usage: python -m tools.docs [--check | --release]")
    old = stale()
    if arguments:
        print("\n".join(f"{path.relative_to(ROOT)} is stale: run python -m tools.docs" for path in old) or "All fresh.")
        return 1 if old else 0
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(old)} written anew, {len(documents()) - len(old)} as they were.")
    return 0


sys.exit(main(sys.argv[1:]))
