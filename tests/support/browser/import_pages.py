"""Import CSV as tests use it: small files with faults, and the steps from choosing them to their result."""

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

DATA = Path(__file__).parents[2] / "browser" / "data"
LABELS = {"clients": "Clients", "invoices": "Invoices", "invoice_lines": "Invoice lines"}
FIVE_MINUTES = 300_000


@dataclass(frozen=True)
class Files:
    """Three files to import; `domain` is that of their emails, `source` the name they go by."""

    contents: dict[str, bytes]
    domain: str
    source: str


def small_files() -> Files:
    """The files of tests/browser/data, under a source and emails that nobody else has."""
    source = uuid.uuid4().hex[:12]
    domain = f"{source}.example"
    texts = {kind: (DATA / f"{kind}.csv").read_text(encoding="utf-8") for kind in LABELS}
    return Files({kind: text.replace("csv.example", domain).encode() for kind, text in texts.items()}, domain, source)


def upload(page: Page, files: Files) -> None:
    """Choose the three files and let them be read."""
    page.goto("/admin/clients/import")
    for kind, content in files.contents.items():
        page.locator(f"#f-{kind}").set_input_files({"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_label("Source").fill(files.source)
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", name="What will be read")).to_be_visible()


def start(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Import [0-9,]+ rows$")).click()


def figures(page: Page) -> dict[str, int]:
    """The numbers of the result page, once it is there."""
    step = page.get_by_role("listitem").filter(has_text="Result")
    expect(step).to_have_attribute("aria-current", "step", timeout=FIVE_MINUTES)
    names, numbers = (
        page.locator(".metrics dt").all_inner_texts()[:3],
        page.locator(".metrics dd.big").all_inner_texts()[:3],
    )
    return {name: int(number.replace(",", "")) for name, number in zip(names, numbers, strict=True)}


def import_small(page: Page, files: Files) -> None:
    """Import the small files, their column of emails matched by hand."""
    upload(page, files)
    page.get_by_role("combobox", name="reach_at goes to").select_option(label="Email *")
    start(page)
