"""Country names: which country is meant by what people write for one. Made once, when the first is asked for."""

import unicodedata
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from chassis.types.countries import COUNTRIES

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "da", "sv", "nb", "fi", "cs")
# What CLDR calls by a longer name, or by another one.
COMMON = {
    "GB": "Great Britain, Britain, England, Scotland, Wales, Northern Ireland, Grossbritannien",
    "US": "USA, U.S.A., United States of America, America",
    "NL": "Holland",
    "CZ": "Czech Republic, Tschechische Republik",
    "KR": "Republic of Korea, Korea",
    "RU": "Russian Federation",
    "IE": "Republic of Ireland, Eire",
    "CI": "Ivory Coast",
    "MK": "Macedonia",
    "TR": "Turkey",
    "VN": "Viet Nam",
    "CN": "People's Republic of China",
    "HK": "Hong Kong",
    "MO": "Macao, Macau",
    "BO": "Plurinational State of Bolivia",
    "IR": "Islamic Republic of Iran",
    "MD": "Republic of Moldova",
    "SY": "Syrian Arab Republic",
    "TZ": "United Republic of Tanzania",
    "TW": "Province of China Taiwan",
    "VE": "Bolivarian Republic of Venezuela",
    "CH": "Swiss Confederation",
    "DE": "Federal Republic of Germany, BRD",
}


def _plain(name: str) -> str:
    """A name by its letters: case, accents, dots and "the" do not count."""
    bare = unicodedata.normalize("NFKD", name.casefold().removeprefix("the ").replace("&", "and"))
    return "".join(c for c in bare if c.isalpha())


@cache
def _known() -> dict[str, str]:
    """{plain name: code}; without what two countries are called, each in another language."""
    three = {alias: codes[0] for alias, codes in get_global("territory_aliases").items() if len(codes) == 1}
    pairs = [(code, code) for code in COUNTRIES]
    pairs += [(alias, code) for alias, code in three.items() if code in COUNTRIES and alias.isalpha()]
    for language in LANGUAGES:
        names = Locale(language).territories
        pairs += [(names[code], code) for code in COUNTRIES if code in names]
    pairs += [(name, code) for code, names in COMMON.items() for name in names.split(",")]
    meant: dict[str, set[str]] = {}
    for name, code in pairs:
        meant.setdefault(_plain(name), set()).add(code)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}


def find_country(written: str) -> str | None:
    """The ISO 3166 code of a country by its code of two or three letters, or by its name in one of LANGUAGES."""
    return _known().get(_plain(written.strip()))


def nearest_country(written: str) -> str | None:
    """The country whose name is most like `written`: "Germany (DE)". None when none is much like it."""
    near = get_close_matches(_plain(written), _known(), n=1, cutoff=0.8)
    if not near:
        return None
    code = _known()[near[0]]
    return f"{Locale('en').territories[code]} ({code})"
