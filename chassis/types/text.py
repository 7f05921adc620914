"""Text as people see it: what shows nothing, what an identifier cannot hold, and the form in which texts are compared.

Unicode has code points that take no ink: default-ignorable ones (zero width space, soft hyphen, word joiner, variation
selectors), blanks (the fillers of Hangul, the empty Braille pattern), controls and noncharacters. Text is kept with
them, because joiners make Persian words and emoji; but a text of nothing else is empty, and two texts that differ in
nothing else are the same. Private use and unassigned code points do show something, a letter of tomorrow's Unicode
perhaps, so text may be made of them; an identifier may not, because nobody can say yet what they are equal to.
"""

import re
import unicodedata

# What the databases sort names by: the root collation, in which é stands beside e and Å beside a.
COLLATION = "und-x-icu"

# Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt), interlinear annotation, noncharacters of plane 0.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ufdd0-\ufdef\ufffe\uffff"
)
_CONTROL = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_BLANK = "\u115f\u1160\u2800\u3164\uffa0\U0001d159"
_UNSEEN = re.compile(f"[{_IGNORABLE}{_CONTROL}]")
_BLANKS = re.compile(f"[{_BLANK}]")
_ACCENTS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = re.compile(f"[{_ACCENTS}]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
# A character of a script whose names are written without spaces: Han, kana, Hangul.
WITHOUT_SPACES = "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
_NO_IDENTIFIER = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")

# Letters that Unicode does not take apart into a base letter and a mark, but which people search by the base letter;
# and the many apostrophes and dashes, of which a keyboard has one each.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("‘’‛ʹʻʼʽˈ′`´", "'")
    | dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-")
)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold `text`: no NUL, no lone surrogate."""
    return not _UNSTORABLE.search(text)


def storable(text: str) -> str:
    """`text` with what PostgreSQL cannot hold replaced by U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen."""
    return not _visible(text).strip()


def is_identifier(text: str, *, joiners: bool = False) -> bool:
    """Whether every code point of `text` may stand in an identifier: it can be seen, and is a plain space where it is
    one. With `joiners` the zero width joiner and non-joiner may too, where other rules judge them."""
    if text.isascii():
        return text.isprintable()
    return not any(
        (unicodedata.category(c) in _NO_IDENTIFIER and c != " " or _UNSEEN.match(c) or _BLANKS.match(c))
        and not (joiners and c in _JOINERS)
        for c in text
    )


def seen(text: str) -> str:
    """`text` as it is seen: without what cannot be, white space single, in one spelling (NFC)."""
    return " ".join(unicodedata.normalize("NFC", _visible(text)).split())


def plain(text: str) -> str:
    """`text` with plain characters for those that only look different or stand for several: full-width and mathematical
    letters, ligatures, superscripts (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def fold(text: str) -> str:
    """`text` as search, sort and "exists already" compare it: case, accents and what cannot be seen are gone, white
    space is single, apostrophes and dashes are plain. `fold(fold(x)) == fold(x)`.

    Marks of the general blocks alone are accents: vowel signs of other scripts are letters to their readers.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().translate(_PLAIN).split())
    bare = _bare(_bare(text.translate(_PLAIN)).casefold().translate(_PLAIN))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def fold_in_sql(expression: str) -> str:
    """`fold` of an SQL expression, for search: as `fold` but for white space, and for letters that grow when their case is
    folded, of which `ß` alone is minded."""
    plain = {chr(code): letter for code, letter in _PLAIN.items()} | {"ς": "σ"} | dict.fromkeys(_BLANK, " ")
    single = {letter: base for letter, base in plain.items() if len(base) == 1}
    letters, bases = ("".join(part).replace("'", "''") for part in (single, single.values()))
    unseen = "".join(rf"\U{ord(c):08x}" if c != "-" else c for c in f"{_ACCENTS}{_IGNORABLE}")
    bare = f"regexp_replace(normalize(translate({expression}, '{letters}', '{bases}'), NFKD), '[{unseen}]', '', 'g')"
    folded = f"translate(lower(normalize({bare}, NFC) COLLATE \"{COLLATION}\"), '{letters}', '{bases}')"
    for letter, base in {**plain, "ß": "ss"}.items():
        folded = f"replace({folded}, '{letter}', '{base}')" if len(base) > 1 else folded
    return folded


def _visible(text: str) -> str:
    return _UNSEEN.sub("", _BLANKS.sub(" ", text))


def _bare(text: str) -> str:
    return _MARKS.sub("", _visible(unicodedata.normalize("NFKD", _visible(text))))
