"""Rate limits: the page has the table that the code has."""

import re
from pathlib import Path

from chassis.rate_limits import LIMITS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
ROW = re.compile(r"^\| `([a-z-]+)` \| (\d+) \| (?:(\d+) s )?\|$", re.MULTILINE)


def test_the_page_has_each_limit_as_the_code_has_it():
    written = {name: (int(most), seconds and int(seconds)) for name, most, seconds in ROW.findall(PAGE.read_text())}
    assert {name: (most, seconds or None) for name, (most, seconds) in written.items()} == {
        name: (limit.most, limit.seconds) for name, limit in LIMITS.items()
    }
