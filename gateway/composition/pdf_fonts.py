"""Fonts of PDF documents (gateway/fonts/README.md): which of them draws a character, and what has to be shaped."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent.parent / "fonts"
MAIN = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
# What the main font lacks is looked for in these, in their order; they have one weight.
OTHERS = (
    "NotoSans-Regular.ttf",
    "DroidSansFallback.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansBengali-Regular.ttf",
    "NotoSansTamil-Regular.ttf",
    "NotoSansTelugu-Regular.ttf",
    "NotoSansGujarati-Regular.ttf",
    "NotoSansKannada-Regular.ttf",
    "NotoSansMalayalam-Regular.ttf",
    "NotoSansGurmukhi-Regular.ttf",
    "NotoSansOriya-Regular.ttf",
    "NotoSansSinhala-Regular.ttf",
    "NotoSansMyanmar-Regular.ttf",
    "NotoSansKhmer-Regular.ttf",
    "NotoSansLao-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf",
    "NotoEmoji_400Regular.ttf",
)
_MISSING = "\ufffd"
_JOINERS = "\u200c\u200d"
# Letters that stand beside each other from left to right, each as it is: all others are shaped, at ten times the price.
_PLAIN = re.compile(
    "[\0-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u1fff\u2010-\u2027\u202f-\u205f\u2070-\u20cf\u2100-\u2bff"
    "\u3000-\u3029\u3030-\u3098\u309b-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\ufffd\U0001f000-\U0003ffff]*"
)


def drawable(text: str) -> str:
    """`text` as the fonts can draw it: what turns directions or is invisible left out, what they all lack as �, so that
    nobody takes the rest for the whole."""
    return "".join(_drawn(character) for character in unicodedata.normalize("NFC", text))


def is_plain(text: str) -> bool:
    """Whether `text` needs no shaping and has one direction."""
    return _PLAIN.fullmatch(text) is not None


def others_for(text: str) -> tuple[str, ...]:
    """The files of OTHERS, in their order, that draw what the main font lacks of `text`."""
    needed = {font_of(character) for character in set(text)}
    return tuple(name for name in OTHERS if name in needed)


@cache
def font_of(character: str) -> str | None:
    """The file that draws a character, None where none does."""
    if all(ord(character) in _letters(file) for file in MAIN.values()):
        return MAIN[""]
    return next((name for name in OTHERS if ord(character) in _letters(name)), None)


@cache
def _letters(file: str) -> frozenset[int]:
    with TTFont(FOLDER / file, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _drawn(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Zl", "Zp"):
        return ""
    if font_of(character):
        return character
    return "" if category in ("Mn", "Me") else _MISSING
