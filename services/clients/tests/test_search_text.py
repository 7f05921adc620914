"""Search text: what people write is found, whatever its notation."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clients.rules import phone_e164
from services.clients.search_text import Person, matches, search_text, words_of

SEPARATORS = st.sampled_from(["", " ", "-", ".", "/", "\u2011", "\u00a0", " - ", "\u2013", "\u00b7"])
SCRIPTS = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"])
APOSTROPHES = "'’‘‛ʹʻʼʽˈ′`´＇"
COUNTRIES = {"DE": "+49 711 2842222", "GB": "+44 20 7946 0958", "US": "+1 212 555 2919", "FR": "+33 1 42 68 53 00"}


def person(first="Conan", last="O’Brien", email="ob@x.example", phone="", country="") -> Person:
    return Person(first, last, email, phone, phone_e164(phone, country))


def written(draw, digits: str) -> str:
    """Digits with separators among them, in the digits of some script."""
    figures = draw(SCRIPTS)
    return "".join(
        figures[int(digit)] + (draw(SEPARATORS) if place < len(digits) - 1 else "")
        for place, digit in enumerate(digits)
    )


@st.composite
def dialled(draw) -> tuple[str, str, str]:
    """A phone as it is kept, its country, and how somebody writes the same phone."""
    country = draw(st.sampled_from(sorted(COUNTRIES)))
    number = phonenumbers.parse(COUNTRIES[country])
    code, national = str(number.country_code), str(number.national_number)
    trunk = "" if country == "US" else "0"
    home = written(draw, trunk + national)
    abroad = written(draw, national)
    ways = {
        "home": home,
        "E.164": f"+{code}{national}",
        "abroad": f"+{code} {abroad}",
        "exit code": f"00{code} {abroad}",
        "from America": f"011 {code} {abroad}",
        "without plus": f"{code} {abroad}",
        "a link": f"tel:+{code}{national}",
        "labelled": f"Tel.: {home}",
        "in brackets": f"({home})",
        "an extension": f"+{code} {abroad} ext. 12",
        "marks of direction": f"\u202a+{code} {abroad}\u202c",
    }
    if trunk:
        ways |= {"trunk zero": f"+{code} (0){abroad}", "trunk zero too many": f"+{code} 0{abroad}"}
    kept = draw(st.sampled_from([COUNTRIES[country], f"{trunk}{national}"]))
    return kept, country, ways[draw(st.sampled_from(sorted(ways)))]


@given(dialled())
def test_a_phone_is_found_in_any_notation(phone):
    kept, country, typed = phone
    assert matches(typed, search_text("", "", [person(phone=kept, country=country)])), words_of(typed)
    assert not matches(typed, search_text("", "", [person(phone="0711 9999999", country="DE")]))


@given(st.data())
def test_an_apostrophe_is_any_apostrophe_or_none(data):
    kept, typed = (data.draw(st.sampled_from(APOSTROPHES)) for _ in range(2))
    text = search_text("", "", [person(last=f"O{kept}Brien")])
    for written_so in (f"o{typed}brien", f"O{typed}BRIEN conan", f"O{typed} Brien", "obrien", f"O{typed}Brien, Conan"):
        assert matches(written_so, text), written_so
    assert not matches(f"o{typed}bryan", text)


@given(st.text(max_size=100))
def test_any_text_is_read_and_finds_what_is_called_so(typed):
    ways = words_of(typed)
    assert all(way and all(way) for way in ways)
    assert not ways or matches(typed, "\n".join(" ".join(way) for way in ways))


@pytest.mark.parametrize(
    "typed",
    [
        *("O'Brien, Conan", "Brien Conan", "“Conan O’Brien”", "conan obrien"),
        *(
            "Conan O’Brien <ob@bücher.example>",
            "mailto:ob@bücher.example",
            "OB@BÜCHER.EXAMPLE;",
            "ob@xn--bcher-kva.example",
        ),
        *("@xn--bcher-kva.example", "bücher.example", "bucher.example"),
        *("DE 123.456.789", "de123456789", "123 456 789", "DE123456789"),
        *("株式会社山田", "株式会社 山田", "株式会社・山田", "株式会社　山田", "山田", "式会"),
    ],
)
def test_what_people_hold_in_their_hand_is_found(typed):
    one = person(email="ob@bücher.example")
    assert matches(typed, search_text("株式会社 山田", "DE 123.456.789", [one])), words_of(typed)


@pytest.mark.parametrize("typed", ["ジョン・スミス", "ジョン スミス", "ジョンスミス", "スミスジョン", "ｼﾞｮﾝ ｽﾐｽ"])
@pytest.mark.parametrize("names", [("ジョン", "スミス"), ("ジョン・スミス", "-")])
def test_names_without_spaces_are_found_with_and_without_what_stands_for_them(names, typed):
    found = matches(typed, search_text("", "", [person(*names)]))
    assert found or (typed == "スミスジョン" and names[1] == "-")


@pytest.mark.parametrize("typed", ["%", "100%", "_", "ob@y.example", "1-2-3", "brien bryan", "+49 711", "0711 284"])
def test_what_is_not_there_is_not_found(typed):
    assert not matches(typed, search_text("Other", "", [person(phone="+44 20 7946 0958")]))


def test_a_phone_is_looked_for_by_its_digits_alone():
    assert words_of("+49 (0) 711 / 284-2222") == [["497112842222"], ["07112842222"]]
    assert all(re.fullmatch("[0-9]+", word) for way in words_of("tel. 0711.284.2222 ext 5") for word in way)
