"""What a browser would send of a form that nobody touched: its fields by their names."""

from html.parser import HTMLParser


class _FormReader(HTMLParser):
    def __init__(self, html: str, marked: str):
        super().__init__()
        self._marked, self._select, self._area = marked, None, None
        self.fields: dict[str, str] = {}
        self._found = False
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        known = dict(attrs)
        if tag == "form":
            self._open = not self._found and (known.get("action") or "").endswith(self._marked)
            self._found = self._found or self._open
        elif not self._open:
            return
        elif tag == "input" and (known.get("type") not in ("checkbox", "radio") or "checked" in known):
            self.fields[known["name"]] = known.get("value") or ""
        elif tag == "select":
            self._select = known["name"]
            self.fields[self._select] = ""
        elif tag == "option" and "selected" in known:
            self.fields[self._select] = known["value"] or ""
        elif tag == "textarea":
            self._area = known["name"]
            self.fields[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._open = False


def fields_of(html: str, action: str = "") -> dict[str, str]:
    """The fields of the first form on the page that is sent to what ends with `action`, as they stand. Line ends are
    those that a browser sends."""
    read = _FormReader(html, action).fields
    return {name: value.replace("\n", "\r\n") for name, value in read.items()}
