"""The wire format: what is sent comes back as it was, in the form that JSON has for it."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kombu import serialization

from chassis.bus.message_guard import JSON
from chassis.wire import decoded, encoded

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_plain_values_come_back_as_they_were_and_any_reader_of_json_reads_them(value):
    assert decoded(encoded(value)) == value == json.loads(encoded(value))


def test_half_of_a_surrogate_pair_arrives_as_it_is():
    assert encoded({"name": "a\ud800b"}) == b'{"name": "a\\ud800b"}'
    assert decoded(b'{"name": "a\\ud800b"}') == {"name": "a\ud800b"}


def test_a_letter_of_another_script_takes_its_bytes_and_no_escape():
    assert encoded(["Ключ"]) == '["Ключ"]'.encode()


@dataclass
class Money:
    amount: str


@pytest.mark.parametrize("value", [Decimal("1.50"), datetime(2026, 11, 29, tzinfo=UTC), date(2026, 11, 29), Money("1")])
def test_what_a_schema_should_have_dumped_is_refused(value):
    with pytest.raises(TypeError):
        encoded({"value": value})


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'"\xed\xa0\x80"', b'{"a": 1}x', b"\xff\xfe{\x00}\x00"])
def test_what_is_no_json_raises_value_error(raw):
    with pytest.raises(ValueError):
        decoded(raw)


def test_a_message_names_no_type_for_its_reader_to_make():
    typed = {"__type__": "uuid", "__value__": {"hex": uuid.uuid4().hex}}
    assert serialization.loads(json.dumps(typed), JSON, "utf-8", accept={JSON}) == typed
