"""Search text: what the client list looks for words in, and the words of what was typed. No I/O."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from chassis.types.domain_names import respelt
from chassis.types.text import WITHOUT_SPACES, fold
from services.clients import rules

_MARKS = re.compile(r"['-]")
_NOT_WORD = re.compile(r"[\W_]+")
_BETWEEN_WORDS = re.compile(r"\s+|(?<=\w)-(?=\w)")
_WITHOUT_SPACES = re.compile(WITHOUT_SPACES)
_AROUND = '"“”„«»<>()[],;:'  # what stands around a word that was copied: Brien, Conan <conan@example.com>
_SCHEME = re.compile(r"^mailto:")
_LABEL = re.compile(r"^(?:tel(?:efon|ephone)?|phone|mobile?|cell|fax|sms|callto)\b[\s.:]*")
_EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension)?|x|#)[\s.:=]*\d{1,6}$", re.ASCII)
_TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)", re.ASCII)
_INTERNATIONAL = re.compile(r"^\W*?(?:\+|00|0?011(?=\W))\s*", re.ASCII)
_PHONE = re.compile(r"(?:[^\w@%]*[0-9]){6,}[^\w@%]*", re.ASCII)
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
    in one word (a person's in both orders), a phone in its international and its national digits.
    """
    lines = [*_named(company), *_squeezed(fold(tax_id), _NOT_WORD)]
    for person in people:
        lines += _named(f"{person.first_name} {person.last_name}")
        if _WITHOUT_SPACES.search(person.first_name + person.last_name):
            whole = fold(person.last_name) + fold(person.first_name), fold(person.first_name) + fold(person.last_name)
            lines += (_NOT_WORD.sub("", name) for name in whole)
        lines += [fold(person.email), *_digits(person.phone, person.phone_e164)]
    return "\n".join(dict.fromkeys(filter(None, lines)))


def words_of(typed: str) -> list[list[str]]:
    """The ways to look for what was typed: each a list of words that all have to be there, in any order.

    Beside the words as they were typed: without the marks around words that were copied, a domain in its other spelling,
    and, of what has digits in it and so may be a number in another notation, its letters and digits in one run. Of a
    phone the runs of its digits are the only ways.
    """
    folded = fold(_with_digits(typed))
    if runs := _phone_runs(folded):
        return [[run] for run in runs]
    respelled = " ".join(map(_respelt, typed.split()))
    bare = [_SCHEME.sub("", word.strip(_AROUND)).strip(_AROUND) for word in folded.split()]
    ways = [_words(folded), _words(" ".join(map(_joined, bare))), _words(fold(respelled)), _run(folded)]
    return [list(words) for words in dict.fromkeys(map(tuple, ways)) if words]


def matches(typed: str, text: str) -> bool:
    """Whether what was typed is found in a search text."""
    return any(all(word in text for word in words) for words in words_of(typed))


def _words(folded: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(folded) if word]


def _joined(word: str) -> str:
    """A word of a script without spaces, without the marks that stand for them."""
    return _NOT_WORD.sub("", word) if _WITHOUT_SPACES.search(word) else word


def _respelt(word: str) -> str:
    """A word that may be a domain or an email with the domain in its other spelling."""
    local, at, domain = word.strip(_AROUND).rpartition("@")
    return f"{local}{at}{respelt(domain)}" if at or "." in domain or domain.startswith("xn--") else word


def _with_digits(typed: str) -> str:
    """`typed` with the digits of every script as those of ASCII."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)


def _phone_runs(folded: str) -> list[str]:
    """The runs of digits that a phone may be kept as: as it was dialled without `+`, `00` and `(0)`, and of one that has
    its country as E.164 and at home. Nothing of what is no phone."""
    bare = _EXTENSION.sub("", _LABEL.sub("", folded))
    if not _PHONE.fullmatch(bare):
        return []
    dialled = _INTERNATIONAL.sub("+", _TRUNK_ZERO.sub("", bare))
    runs = [re.sub(r"\D", "", dialled)]
    if dialled.startswith("+") and (e164 := rules.phone_e164(f"+{runs[0]}", "")):
        runs += _digits("", e164)
    return list(dict.fromkeys(runs))


def _run(folded: str) -> list[str]:
    """The letters and digits in one run, where there are digits."""
    run = _NOT_WORD.sub("", folded)
    return [run] if re.search(r"\d", run) and len(run) >= _SHORTEST_RUN else []


def _named(name: str) -> list[str]:
    lines = _squeezed(fold(name), _MARKS)
    return [*lines, _NOT_WORD.sub("", lines[0])] if _WITHOUT_SPACES.search(name) else lines


def _squeezed(line: str, marks: re.Pattern) -> list[str]:
    return [line, marks.sub("", line)]


def _digits(phone: str, e164: str | None) -> list[str]:
    if e164 is None:
        return [re.sub(r"\D", "", _with_digits(phone))]
    national = phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL)
    return [e164.lstrip("+"), re.sub(r"\D", "", national)]
