"""Filters of the client list as SQL over the table of clients."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    collate,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import find_tables

from chassis.db.compiled import CompiledSelect
from chassis.filters.checker import ABSENT, HAS, Check, Checker
from chassis.filters.fields import Kind, Vocabulary, described
from chassis.filters.parser import parse
from chassis.filters.sql import COMPARE, comparison, condition, money_condition, span_condition, text_condition
from chassis.types.text import COLLATION, fold
from services.clients import rules
from services.clients.filter_fields import CUSTOM, FIELDS, custom_field, filter_help
from services.clients.models import (
    BillingTotals,
    Client,
    ClientTag,
    Contact,
    CustomField,
    CustomFieldValue,
    StaffAccount,
)
from services.clients.profile_fields import BY_NAME, COMPANY, PERSON
from services.clients.queries import settings
from services.clients.queries.client_orders import (
    NEVER_DOWN,
    NEVER_UP,
    NOTHING_DUE_DOWN,
    NOTHING_DUE_UP,
    first_of_currency,
)

SHORT = 100  # characters of a custom field's value that are indexed
_TRIGRAM = re.compile(r"[^\W_]{3}")
_NO_DIGIT, _INTERNATIONAL = re.compile(r"[^0-9]"), re.compile(r"^\s*(?:\+|00)")
_CUSTOM_FIELDS = CompiledSelect(
    select(CustomField.id, CustomField.label, CustomField.type, CustomField.options).order_by(CustomField.position)
)
_STAFF = CompiledSelect(
    select(StaffAccount.id, StaffAccount.name).order_by(StaffAccount.name.collate(COLLATION), StaffAccount.id)
)


def filter_condition(session: Session, text: str, now: datetime) -> ColumnElement | None:
    """The condition of a filter on clients; None of an empty one. Days are those of the time zone of `now`.

    It may need the table of totals: see `with_totals`. Raises a `fault`.
    """
    tree = parse(text)
    return None if tree is None else condition(Checker(vocabulary(session), now).check(tree), _condition_of)


def with_totals(statement: Select, found: ColumnElement) -> tuple[Select, bool]:
    """`statement` over clients, joined with their totals where the condition `found` needs them; whether it does."""
    needed = BillingTotals.__table__ in find_tables(found, check_columns=True)
    return (statement.join(BillingTotals, BillingTotals.client_id == Client.id), True) if needed else (statement, False)


def vocabulary(session: Session) -> Vocabulary:
    """All that a filter of clients can name. Groups, tags, staff and custom fields are read when one of them is named."""
    return Vocabulary(
        FIELDS,
        choices={
            "group": lambda: {one["name"]: UUID(one["id"]) for one in settings.groups(session)["data"]},
            "tag": lambda: {one["name"]: UUID(one["id"]) for one in settings.tags(session)["data"]},
            "created_by": lambda: staff_by_name(session),
        },
        members={CUSTOM: lambda: map(custom_field, _CUSTOM_FIELDS.all(session))},
    )


def filter_fields(session: Session) -> dict:
    """What a filter of clients can name, with all choices that there are now, as the API's `/clients/filter-fields`."""
    known = vocabulary(session)
    checker = Checker(known, datetime.now(UTC))
    fields = [*known.fields, *known.members[CUSTOM]()]
    return {
        "fields": [{**described(one), "choices": list(checker.choices_of(one)) or None} for one in fields],
        "help": filter_help(),
    }


def staff_by_name(session: Session) -> dict[str, list]:
    """{name: ids} of all staff; several may have one name."""
    found: dict[str, list] = {}
    for row in _STAFF.all(session):
        found.setdefault(row.name, []).append(row.id)
    return found


def _condition_of(check: Check) -> ColumnElement:
    return _CONDITIONS[check.field.name](check)


def _of_column(column, check: Check) -> ColumnElement:
    if check.operator == ABSENT:
        return column.is_(None)
    return comparison(column, check)


def _of_text(column, searched: bool, check: Check) -> ColumnElement:
    """A text column of the client; what is `searched` stands in the search text too, which has an index."""
    if check.operator == ABSENT:
        return column == ""
    found = text_condition(column, check)
    return and_(_in_search_text(check.operand), found) if searched and _has_trigram(check.operand) else found


def _has_trigram(text: str) -> bool:
    return _TRIGRAM.search(fold(text)) is not None


def _in_search_text(text: str) -> ColumnElement:
    return Client.search_text.contains(fold(text), autoescape=True)


def _of_contact(text_of: Callable[[], ColumnElement], check: Check) -> ColumnElement:
    """A text of any contact."""
    if check.operator == ABSENT:
        return ~_contact(text_of() != "")
    found = _contact(text_condition(text_of(), check))
    return and_(_in_search_text(check.operand), found) if _has_trigram(check.operand) else found


def _contact(found: ColumnElement) -> ColumnElement:
    return select(Contact.id).where(Contact.client_id == Client.id, Contact.removed_at.is_(None), found).exists()


def _email(check: Check) -> ColumnElement:
    """An email that is the same as another by `rules.email_key`, or has a part."""
    if check.operator == HAS:
        return _of_contact(lambda: Contact.email, check)
    return _contact(Contact.email_key == rules.email_key(check.operand))


def _phone(check: Check) -> ColumnElement:
    """A phone by its digits, whatever its notation: as it was given, or in its international form."""
    if check.operator == ABSENT:
        return ~_contact(Contact.phone != "")
    digits = _NO_DIGIT.sub("", _INTERNATIONAL.sub("", check.operand))
    if not digits:
        return false()
    numbers = (func.regexp_replace(Contact.phone, "[^0-9]", "", "g"), func.ltrim(Contact.phone_e164, "+"))
    if check.operator == HAS:
        return _contact(or_(*(func.strpos(number, digits) > 0 for number in numbers)))
    return _contact(or_(*(number == digits for number in numbers)))


def _name(check: Check) -> ColumnElement:
    person = _of_contact(lambda: func.concat(Contact.first_name, " ", Contact.last_name), check)
    return or_(_of_text(Client.company, True, check), person)


def _country(check: Check) -> ColumnElement:
    return Client.country == ("" if check.operator == ABSENT else check.operand)


def _group(check: Check) -> ColumnElement:
    return Client.group_id.is_(None) if check.operator == ABSENT else Client.group_id == check.operand


def _tag(check: Check) -> ColumnElement:
    tagged = select(ClientTag.tag_id).where(ClientTag.client_id == Client.id)
    return ~tagged.exists() if check.operator == ABSENT else tagged.where(ClientTag.tag_id == check.operand).exists()


def _created_by(check: Check) -> ColumnElement:
    if check.operator == ABSENT:
        return Client.created_by.is_(None)
    return Client.created_by == any_(bindparam(None, check.operand, type_=ARRAY(Client.created_by.type)))


def _money(minor, check: Check) -> ColumnElement:
    """An amount of the totals, so that more than some is a range of the index in the order of currencies and amounts."""
    amount, currency = check.operand
    found = money_condition(minor, BillingTotals.currency, check)
    if check.operator not in (">", ">=") or (amount, check.operator) == (0, ">=") or amount < 0:
        return found
    first = first_of_currency(minor)
    return and_(first == currency if currency else first > "", found)


def _last_login(check: Check) -> ColumnElement:
    if check.operator == ABSENT:
        return Client.last_login_at.is_(None)
    up, down = (func.coalesce(Client.last_login_at, end) for end in (NEVER_UP, NEVER_DOWN))
    return span_condition(check, up, down)


def _next_due(check: Check) -> ColumnElement:
    if check.operator == ABSENT:
        return BillingTotals.next_due_on.is_(None)
    if check.operator == "=":
        return BillingTotals.next_due_on == check.operand
    end = NOTHING_DUE_UP if check.operator in ("<", "<=") else NOTHING_DUE_DOWN
    return COMPARE[check.operator](func.coalesce(BillingTotals.next_due_on, end), check.operand)


def _custom(check: Check) -> ColumnElement:
    """A custom field's value, by its text."""
    text = CustomFieldValue.value.op("#>>", return_type=Text())(literal_column("'{}'"))
    of_client = select(CustomFieldValue.field_id).where(
        CustomFieldValue.client_id == Client.id, CustomFieldValue.field_id == check.field.key
    )
    if check.operator == ABSENT:
        return ~of_client.exists()
    if check.field.kind is Kind.TEXT:
        return of_client.where(text_condition(text, check)).exists()
    operand = check.operand
    wanted = (
        str(operand).lower()
        if isinstance(operand, bool)
        else operand
        if isinstance(operand, str)
        else operand.isoformat()
    )
    short = collate(func.left(text, SHORT), "C")
    return of_client.where(COMPARE[check.operator](short, wanted)).exists()


_CONDITIONS: dict[str, Callable[[Check], ColumnElement]] = {
    "status": partial(_of_column, Client.status),
    "tag": _tag,
    "group": _group,
    "outstanding": partial(_money, BillingTotals.outstanding_minor),
    "overdue": partial(_money, BillingTotals.overdue_minor),
    "oldest_due": partial(_of_column, BillingTotals.oldest_due_on),
    "credit_balance": partial(_money, BillingTotals.credit_minor),
    "next_due": _next_due,
    "currency": partial(_of_column, BillingTotals.currency),
    "active_services": partial(_of_column, BillingTotals.active_services),
    "suspended_services": partial(_of_column, BillingTotals.suspended_services),
    "pending_services": partial(_of_column, BillingTotals.pending_services),
    "joined": lambda check: span_condition(check, Client.joined_at),
    "last_login": _last_login,
    "created_by": _created_by,
    "name": _name,
    "email": _email,
    "phone": _phone,
    **{
        name: partial(_of_contact, partial(getattr, Contact, name)) for name in PERSON if name not in ("email", "phone")
    },
    **{
        name: partial(_of_text, getattr(Client, name), name == "company")
        for name in COMPANY
        if BY_NAME[name].kind not in ("flag", "country")
    },
    "country": _country,
    "tax_exempt": partial(_of_column, Client.tax_exempt),
    CUSTOM: _custom,
}
"""What each field is in SQL, by its name."""
