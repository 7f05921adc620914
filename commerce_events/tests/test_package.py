"""The package by itself: installed alone it works, and what the page for subscribers shows runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import commerce_events
from commerce_events import SqliteInbox

HERE = Path(__file__).parents[1]
PAGE = (HERE.parent / "docs/subscribing.md").read_text(encoding="utf-8")
ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
import commerce_events
import commerce_events.testing
print(commerce_events.__file__, len(commerce_events.event.CLASSES) > 70)
print(sorted({"chassis", "services", "gateway", "tools", "sqlalchemy", "nameko"} & set(sys.modules)))
"""


def test_it_installs_by_itself_and_needs_kombu_alone(tmp_path):
    source, site = tmp_path / "source", tmp_path / "site"
    shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    install = ["uv", "pip", "install", "--offline", "--no-cache", "--no-deps", "--no-build-isolation"]
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    subprocess.run(
        [*install, "--python", sys.executable, "--target", str(site), str(source)],
        env=path,
        check=True,
        capture_output=True,
    )
    shown = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, str(site)], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert shown == f"{site}/commerce_events/__init__.py True\n[]\n"
    assert (site / "commerce_events/py.typed").exists() and not (site / "commerce_events/examples").exists()


def test_the_page_for_subscribers_shows_what_runs(tmp_path, monkeypatch):
    first, testing, nameko = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMQP_URI", "amqp://nowhere")
    subscribed = []
    monkeypatch.setattr(commerce_events, "subscribe", lambda *given: subscribed.append(given))
    page = {}
    exec(first, page)
    exec(testing, page)
    assert subscribed == [(page["welcome"], "amqp://nowhere")]
    ((_, currency),) = SqliteInbox("welcome.db").connection.execute("SELECT * FROM greeted").fetchall()
    assert currency == "EUR"
    exec(nameko, page)
    assert page["Welcome"].greet.nameko_entrypoints
