"""Marks: what a search found, marked where it stands in a text, whatever its case, accents, apostrophes and notation."""

import re
import unicodedata

from markupsafe import Markup, escape

from chassis.types.text import fold

_AROUND = '"“”„«»<>()[],;:'
_SHORTEST_WORD, _SHORTEST_RUN, _SHORTEST_PHONE = 2, 4, 6
_DIGIT = re.compile("[0-9]")
Letters = list[tuple[str, int]]


def marked(text: str, typed: str) -> Markup:
    """`text` with the words of `typed` marked. Of a number, which may be in another notation, the longest end that stands
    in it."""
    letters = [(letter, place) for place, char in enumerate(text) for letter in fold(char) or " "[: char.isspace()]]
    run = _alphanumeric(fold(typed))
    if run.isdigit() and len(run) >= _SHORTEST_PHONE:
        return _with_marks(text, _ends(text, letters, run))
    return _with_marks(text, _words(text, letters, typed) or (_ends(text, letters, run) if _DIGIT.search(run) else []))


def _words(text: str, letters: Letters, typed: str) -> list[tuple[int, int]]:
    """Where the words of `typed` stand, as they are or without their apostrophes, hyphens and dots."""
    plain = [one for one in letters if one[0].isalnum() or one[0] == " "]
    words = {word.strip(_AROUND) for word in fold(typed).split()}
    return [
        span
        for word in words
        if len(word) >= _SHORTEST_WORD
        for span in _spans(text, letters, word) or _spans(text, plain, _alphanumeric(word))
    ]


def _with_marks(text: str, spans: list[tuple[int, int]]) -> Markup:
    """`text` with these places marked; those that touch are one mark."""
    joined: list[tuple[int, int]] = []
    for first, after in sorted(spans):
        if joined and first <= joined[-1][1]:
            first, after = joined[-1][0], max(after, joined.pop()[1])
        joined.append((first, after))
    parts, end = [], 0
    for first, after in joined:
        parts += [escape(text[end:first]), Markup("<mark>{}</mark>").format(text[first:after])]
        end = after
    return Markup("").join([*parts, escape(text[end:])])


def _spans(text: str, letters: Letters, word: str) -> list[tuple[int, int]]:
    """The places in `text`, first and after the last, where `word` stands among the letters."""
    folded, found, at = "".join(letter for letter, _ in letters), [], -1
    while word and (at := folded.find(word, at + 1)) >= 0:
        after = letters[at + len(word) - 1][1] + 1
        while after < len(text) and unicodedata.combining(text[after]):
            after += 1
        found.append((letters[at][1], after))
    return found


def _ends(text: str, letters: Letters, run: str) -> list[tuple[int, int]]:
    """Where the longest end of `run` stands among the letters and digits alone."""
    bare = [one for one in letters if one[0].isalnum()]
    ends = (_spans(text, bare, run[start:]) for start in range(len(run) - _SHORTEST_RUN + 1))
    return next(filter(None, ends), [])


def _alphanumeric(word: str) -> str:
    return "".join(filter(str.isalnum, word))
