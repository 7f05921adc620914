"""Paging: where in its list a page stands. A cursor says only what comes next, so the links of a page carry how many rows
they leave behind them (`at`)."""

from urllib.parse import parse_qs, urlsplit


def rows_before(path: str, items: dict) -> int | None:
    """How many rows of the list stand before the page `items` (`shown` rows where it says so, else those of `data`),
    which `path` asked for; None where nobody can say."""
    page, shown = items["page"], rows_shown(items)
    if not page["prev"]:
        return 0
    if not page["next"] and page["exact"] and page["total"] is not None:
        return max(page["total"] - shown, 0)
    query = parse_qs(urlsplit(path).query)
    at = query.get("at", [""])[0]
    if not (at.isascii() and at.isdigit() and len(at) < 10):
        return None
    return max(int(at) - (shown if "before" in query else 0), 0)


def rows_shown(items: dict) -> int:
    """How many rows the page has."""
    return items.get("shown", len(items["data"]))
