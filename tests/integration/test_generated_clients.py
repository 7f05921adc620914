"""Clients that two generators make from gateway/openapi.json, which know nothing else of the system: what they call is
answered as their classes expect it, and what they leave out is left as it is."""

import json
import subprocess
from pathlib import Path

import pytest

from tools.dev import install
from tools.dev.paths import CHECKOUT, Paths

DOCUMENT = CHECKOUT / "gateway/openapi.json"
CALLS = CHECKOUT / "tests/support/generated_clients"
ANSWERS = {
    "create_client": "Grace Hopper",
    "get_client": "active",
    "update_client": ["Berlin", "Navy"],
    "add_note": "Pays by the year",
    "list_notes": [True],
    "create_invoice": {"amount": "12.00", "currency": "EUR"},
    "record_payment": "paid",
    "invoice_pdf": "%PDF",
    "all_invoices": [True],
    "get_note": [404, "not-found"],
}
CODE_ALONE = "apis,models,supportingFiles,apiDocs=false,apiTests=false,modelDocs=false,modelTests=false"


@pytest.fixture(scope="module")
def generators() -> Path:
    """The folder of the generators' programs, installed here where they are not yet."""
    return install.ensure_generators(Paths.of(CHECKOUT), print)


def run(argv: list, **options) -> str:
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def called(generators: Path, system, script: str, folder: Path) -> dict:
    """What the ten calls of a script got with the client in `folder`."""
    argv = [generators / "python", CALLS / script, system.origin, system.token]
    return json.loads(run(argv, env={"PYTHONPATH": str(folder)}))


def test_ten_calls_with_the_client_of_openapi_python_client(generators, system, tmp_path):
    settings = ["--config", CALLS / "openapi_python_client.json", "--meta", "none", "--fail-on-warning"]
    made = ["--output-path", tmp_path / "commerce_api"]
    run([generators / "openapi-python-client", "generate", "--path", DOCUMENT, *settings, *made])
    assert called(generators, system, "with_openapi_python_client.py", tmp_path) == ANSWERS


def test_ten_calls_with_the_client_of_openapi_generator(generators, system, tmp_path):
    kind = ["-g", "python", "--package-name", "commerce_api", "--global-property", CODE_ALONE]
    generate = [generators / "openapi-generator-cli", "generate", "-i", DOCUMENT, "-o", tmp_path, *kind]
    run(
        generate, env={"PATH": "", "JAVA_OPTS": "-XX:TieredStopAtLevel=1"}
    )  # by its own Java, which does not run for long
    assert called(generators, system, "with_openapi_generator.py", tmp_path) == ANSWERS
