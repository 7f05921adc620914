"""The package by itself: installed alone it works, and what the guide shows runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commerce_client import Commerce

HERE = Path(__file__).parents[1]
GUIDE = (HERE.parent / "docs/using-the-api.md").read_text(encoding="utf-8")
ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
import commerce_client
print(commerce_client.__file__)
print(sorted({"chassis", "services", "gateway", "tools", "commerce_events"} & set(sys.modules)))
"""


def test_it_installs_by_itself_and_needs_requests_alone(tmp_path):
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
    assert shown == f"{site}/commerce_client/__init__.py\n[]\n"
    assert (site / "commerce_client/py.typed").exists()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"commerce\.(\w+\.\w+)", GUIDE))))
def test_the_guide_names_operations_that_there_are(name):
    section, _, operation = name.partition(".")
    assert callable(getattr(getattr(Commerce("https://commerce.example", "x"), section), operation))


def test_the_guide_shows_what_is_python():
    shown = re.findall(r"```python\n(.*?)```", GUIDE, re.S)
    assert len(shown) == 4
    for source in shown:
        compile(source, "using-the-api.md", "exec")
