"""Static files: addresses, versions, sums of what others made."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from gateway.ui import assets
from gateway.ui.icons import ICONS, SPRITE, symbol

VENDOR = assets.ROOT / "vendor"
TEMPLATES = Path(assets.__file__).parent.parent / "templates"
KB = 1024


def vendored() -> list[tuple[str, str, str]]:
    table = (VENDOR / "VENDOR.md").read_text()
    return re.findall(r"^\| `([^`]+)` \|.*\]\(([^)]+)\) \| `([0-9a-f]{64})` \|$", table, re.M)


@pytest.mark.parametrize(("name", "licence", "digest"), vendored())
def test_a_file_of_others_is_as_its_table_says(name, licence, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    assert (VENDOR / licence).read_text().strip()


def test_the_table_names_every_file_of_others():
    assert {name for name, _, _ in vendored()} == {
        path.name for path in VENDOR.iterdir() if path.suffix not in (".md", "")
    }


def test_an_address_finds_its_file_and_may_be_kept_for_ever():
    asset = assets.find(assets.url("commerce.css").removeprefix("/static/"))
    assert asset.content_type == "text/css; charset=utf-8" and asset.immutable
    assert gzip.decompress(asset.gzip) == asset.body == (assets.ROOT / "commerce.css").read_bytes()


def test_an_old_version_finds_the_file_of_today_but_not_for_ever():
    assert assets.find("000000000000/commerce.js").immutable is False


@pytest.mark.parametrize(
    "rest", ["", "commerce.css", "x/nothing.css", "x/../render.py", "x/vendor/VENDOR.md", "x//etc/passwd"]
)
def test_what_is_no_static_file_is_not_found(rest):
    assert assets.find(rest) is None


def test_an_address_of_a_missing_file_cannot_be_made():
    with pytest.raises(KeyError):
        assets.url("nothing.css")


def test_the_style_sheet_names_only_files_that_exist():
    named = re.findall(r"url\((?!data:)([^)]+)\)", (assets.ROOT / "commerce.css").read_text())
    assert named and all((assets.ROOT / path).is_file() for path in named)


def test_the_sprite_holds_the_icons_that_are_named_and_no_others():
    assert tuple(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())) == ICONS


def test_every_icon_of_the_sprite_is_used():
    source = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    assert [name for name in ICONS if f'"{name}"' not in source] == []


def test_a_symbol_drops_the_invisible_square():
    svg = '<svg>\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n  <path\n d="M12 9v4" />\n</svg>'
    assert symbol("x", svg) == '<symbol id="x" viewBox="0 0 24 24"><path d="M12 9v4" /></symbol>'


def test_everything_that_a_first_page_loads_weighs_less_than_160_kb():
    first = (
        "vendor/tabler.min.css",
        "commerce.css",
        "vendor/htmx.min.js",
        "commerce.js",
        "amounts.js",
        "vendor/tabler-sprite.svg",
        "vendor/inter-latin.woff2",
        "vendor/inter-latin-ext.woff2",
    )
    found = [assets.find(f"x/{name}") for name in first]
    assert sum(len(asset.gzip or asset.body) for asset in found) < 160 * KB
