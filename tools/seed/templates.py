"""Templates: clients that are made once and loaded many times, and the marks that a copy has its own values for.

A mark is a text that stands nowhere else. It is part of each id, number and name that has to be unique, and so of
whatever mentions one: a copy is the template with its marks replaced, in columns, events and search texts alike.
"""

from dataclasses import replace

from tools.seed.rng import Draw
from tools.seed.volumes import Numbers, Volumes

ID_MARK = "5eed5e0000"  # the last digits of a UUID
NUMBER_MARK = "9074619074"  # the last digits of a number
WORD_MARK = "zq"  # the last letters of a made-up word in a name
MOST_TEMPLATES = 20_000
_SYLLABLES = [onset + vowel for onset in "bdfghjklmnprstvwz" for vowel in "aeiou"]
_WORDS = [first + second + third for third in ("", "l", "r") for first in _SYLLABLES for second in _SYLLABLES]


def copies_of(count: int) -> int:
    """How many copies of each template make `count` clients: a power of ten, so that numbers get digits at their
    end."""
    copies = 10
    while count // copies > MOST_TEMPLATES:
        copies *= 10
    return copies


def first_index(there: int) -> int:
    """The index of the first template beside the clients that are there: that of one with very many of everything, and
    beyond those that were given before."""
    return 100_001 + -(-there // 1000) * 1000


def word_of(index: int) -> str:
    """The word in the names of template `index`, with its mark at the end."""
    return _WORDS[index % len(_WORDS)].capitalize() + WORD_MARK


def values_of(copy: int, copies: int) -> dict[str, str]:
    """What copy number `copy` of `copies`, counted from 0, has in the place of each mark."""
    return {
        ID_MARK: f"{ID_MARK[:6]}{copy + 1:04x}",
        NUMBER_MARK: f"{copy:0{len(str(copies)) - 1}d}",
        WORD_MARK: _SYLLABLES[::-1][copy % len(_SYLLABLES)] + "nrst"[copy // len(_SYLLABLES)],
    }


def marked(volumes: Volumes) -> Volumes:
    """The amounts of a template: its index has the mark of numbers."""
    return replace(volumes, index=_marked(volumes.index))


class TemplateDraw(Draw):
    """A stream of chance whose ids have the mark."""

    def new_id(self, moment: int) -> str:
        return super().new_id(moment)[: -len(ID_MARK)] + ID_MARK

    def new_request(self) -> str:
        return super().new_request()[: -len(ID_MARK)] + ID_MARK


class TemplateNumbers(Numbers):
    """Gives a chunk of templates its numbers, with the mark."""

    def next(self, kind: str, day: int) -> int:
        return _marked(super().next(kind, day))


def _marked(number: int) -> int:
    return int(f"{number}{NUMBER_MARK}")
