"""Text that holds more than words: the web addresses in what people wrote become links, and nothing else does; what stands
between back quotes in what we wrote is code."""

import re

from markupsafe import Markup, escape

# To the first white space, quotation mark, angle bracket or code point that turns the direction of reading.
_ADDRESS = re.compile("https?://[^\\s<>\"'\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_CODE, _SLUG = re.compile("`([^`]+)`"), re.compile(r"(?<!\S)[a-z]+(?:_[a-z]+)+(?!\S)")
_AFTER = ".,;:!?)]}*_"


def linked(text: str) -> Markup:
    """`text`, escaped and isolated, with its http and https addresses as links that tell the other site nothing."""
    parts, at = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_AFTER)
        if address.count("(") > address.count(")") and found[0].startswith(f"{address})"):
            address += ")"
        parts += [escape(text[at : found.start()]), _link(address)]
        at = found.start() + len(address)
    return Markup("<bdi>{}{}</bdi>").format(Markup().join(parts), text[at:])


def coded(text: str) -> Markup:
    """`text`, escaped, with its `code` as such."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def spoken(text: str) -> str:
    """`text` with each state of two words as it is read: "Ann Lee · in_progress" → "Ann Lee · in progress"."""
    return _SLUG.sub(lambda found: found[0].replace("_", " "), text)


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(address)
