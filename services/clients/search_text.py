"""Search text: what the client list looks for words in, and the words of what was typed. No I/O."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from chassis.types.text import fold

_MARKS = re.compile(r"['-]")
_NOT_WORD = re.compile(r"[\W_]+")
_BETWEEN_WORDS = re.compile(r"\s+|(?<=\w)-(?=\w)")
_WITHOUT_SPACES = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_TRUNK_ZERO = re.compile(r"^\s*(?:\+|00)\s*(\d[\d\s]*)\(0\)")
_INTERNATIONAL = re.compile(r"^\s*(?:\+|00)")
_PHONE = re.compile(r"(?:[\s+()./-]*[0-9]){6,}[\s)]*", re.ASCII)
_SHORTEST_RUN = 3


@dataclass(frozen=True)
class Person:
    """What is searched of a contact."""

    first_name: str
    last_name: str
    email: str
    phone: str
    phone_e164: str | None


def search_text(company: str, tax_id: str, people: Iterable[Person]) -> str:
    """What `clients.search_text` holds: company, tax id, and of all contacts names, email and phone, folded, a line
    each.

    No search has a line break, so no word runs from one part into the next. A line that can be written in other ways
    has them beside it: without apostrophes and hyphens, a tax id without its marks, a name of a script without spaces
    in one word and both orders, a phone in its international and its national digits.
    """
    lines = [*_named(company), *_squeezed(fold(tax_id), _NOT_WORD)]
    for person in people:
        lines += _named(f"{person.first_name} {person.last_name}")
        if _WITHOUT_SPACES.search(person.first_name + person.last_name):
            whole = fold(person.last_name) + fold(person.first_name), fold(person.first_name) + fold(person.last_name)
            lines += (name.replace(" ", "") for name in whole)
        lines += [fold(person.email), *_digits(person.phone, person.phone_e164)]
    return "\n".join(dict.fromkeys(filter(None, lines)))


def words_of(typed: str) -> list[list[str]]:
    """The ways to look for what was typed: each a list of words that all have to be there, in any order.

    What has digits in it may be a number in another notation, so its letters and digits in one run are a way too; of a
    phone they are the only one.
    """
    words = [word for word in _BETWEEN_WORDS.split(fold(typed)) if word]
    run = _run(typed)
    if run and _PHONE.fullmatch(fold(typed)):
        return [[run]]
    return [words, [run]] if run and words != [run] else [words] if words else []


def matches(typed: str, text: str) -> bool:
    """Whether what was typed is found in a search text."""
    return any(all(word in text for word in words) for words in words_of(typed))


def _run(typed: str) -> str | None:
    """The letters and digits of `typed` in one run: of a phone its digits as E.164 has them, without `+`, `00`, `(0)`."""
    if not re.search(r"\d", typed):
        return None
    bare = _INTERNATIONAL.sub("", _TRUNK_ZERO.sub(r"+\1", typed))
    run = _NOT_WORD.sub("", fold(bare))
    return run if len(run) >= _SHORTEST_RUN else None


def _named(name: str) -> list[str]:
    return _squeezed(fold(name), _MARKS)


def _squeezed(line: str, marks: re.Pattern) -> list[str]:
    return [line, marks.sub("", line)]


def _digits(phone: str, e164: str | None) -> list[str]:
    if e164 is None:
        return [re.sub(r"\D", "", phone)]
    national = phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL)
    return [e164.lstrip("+"), re.sub(r"\D", "", national)]
