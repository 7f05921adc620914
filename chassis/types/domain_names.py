"""Domain names: one ASCII spelling to store and compare, Unicode to show (IDNA 2008, with the mappings of UTS 46).

Never the mappings of IDNA 2003: those turn faß.example into fass.example, which may be somebody else's.
"""

import re
from functools import lru_cache

import idna

from chassis.types.text import is_identifier

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_MAX_LENGTH = 253


class DomainNameError(ValueError):
    """Not a domain name; its text is a sentence for people."""


@lru_cache(4096)  # most emails are of few domains, and IDNA costs more than all else about one
def to_ascii(name: str) -> str:
    """The one spelling of a domain or host name: "Bücher.Example." becomes "xn--bcher-kva.example". Raises
    DomainNameError.

    What cannot be seen is refused, which UTS 46 would drop; joiners stand where IDNA lets them (RFC 5892, CONTEXTJ).
    """
    name = name.strip().removesuffix(".")
    if len(name) > _MAX_LENGTH or not is_identifier(name, joiners=True):
        raise _refused()
    try:
        ascii_name = idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refused() from error
    labels = ascii_name.split(".")
    if (
        len(ascii_name) > _MAX_LENGTH
        or len(labels) < 2
        or labels[-1].isdigit()
        or not all(map(_LABEL.fullmatch, labels))
    ):
        raise _refused()
    return ascii_name


def to_unicode(name: str) -> str:
    """How people read a stored name; one that does not decode stays as it is."""
    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


def respelt(typed: str) -> str:
    """A domain name, or a part of one, in its other spelling, label by label: "xn--bcher-kva.ex" as "bücher.ex", and the
    other way round. A label that has no other spelling stays as it is."""
    return ".".join(map(_other_label, typed.lower().split(".")))


def _other_label(label: str) -> str:
    try:
        if label.startswith("xn--"):
            return idna.decode(label)
        return label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return label


def _refused() -> DomainNameError:
    return DomainNameError("Not a domain name such as example.com.")
