"""Required means visible: no RPC method, import or custom field takes text of which nothing can be seen where it asks
for some; and identifiers hold nothing that cannot be seen."""

from collections.abc import Iterator

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from chassis.errors import ServiceProblem
from chassis.types.fields import PathId, Text
from deploy.services import SERVICES
from services.billing.import_rows import InvoiceColumns, LineColumns
from services.billing.schemas.domains import DomainNameField
from services.clients.import_rows import ClientColumns
from services.clients.schemas import Email, Storable
from tools.docs.documents import rpc_contract
from tools.docs.service_classes import service_class

BLANKS = (
    "\u200b",
    "\u00ad\u2060",
    "\u2800",
    "\u3164",
    "\u115f \ufeff",
    "\U000e0041",
    "\u3000\u200e",
    "\ufe0f\u200d",
    "\x85",
)
IDENTIFIERS = {"email", "external_id", "client_external_id", "invoice_external_id", "tax_id", "domain", "nameservers"}
NAMED = [
    (method["name"], getattr(service_class(service), method["name"].rpartition(".")[2]).contract.request)
    for service in SERVICES
    for method in rpc_contract(service)["methods"]
]
SCHEMAS = [(name, schema) for name, schema in NAMED if schema is not None]
IMPORTED = [("clients.csv", ClientColumns), ("invoices.csv", InvoiceColumns), ("invoice_lines.csv", LineColumns)]


def walk(schema: Schema, where: str) -> Iterator[tuple[str, fields.Field]]:
    """Each field of `schema` with its path, and those of what it holds."""
    for name, field in schema.load_fields.items():
        yield from inside(field, f"{where}/{name}")


def inside(field: fields.Field, where: str) -> Iterator[tuple[str, fields.Field]]:
    yield where, field
    if isinstance(field, fields.Nested):
        yield from walk(field.schema, where)
    elif isinstance(field, fields.List):
        yield from inside(field.inner, where)


FIELDS = [found for name, schema in SCHEMAS + IMPORTED for found in walk(schema(), name)]


def wants_text(field: fields.Field) -> bool:
    shortest = [rule.min or 0 for rule in field.validators if isinstance(rule, validate.Length)]
    return isinstance(field, fields.String) and (field.required or any(shortest))


def as_it_came(where: str, field: fields.Field) -> bool:
    """What is compared or read on, never kept as what somebody wrote: credentials and cells (Storable), ids, amounts."""
    plain = type(field) is fields.String and where.endswith(("_id", ".csv/total", ".csv/unit_price"))
    return plain or isinstance(field, Storable | PathId)


@pytest.mark.parametrize(
    "field",
    [pytest.param(field, id=where) for where, field in FIELDS if wants_text(field) and not as_it_came(where, field)],
)
def test_required_text_has_something_to_see(field):
    for blank in BLANKS:
        with pytest.raises((ValidationError, ServiceProblem)):
            field.deserialize(blank)


IDENTIFYING = [
    (where, field)
    for where, field in FIELDS
    if where.rpartition("/")[2] in IDENTIFIERS and not as_it_came(where, field)
]


@pytest.mark.parametrize("field", [pytest.param(field, id=where) for where, field in IDENTIFYING])
def test_an_identifier_has_nothing_that_cannot_be_seen(field):
    if isinstance(field, fields.List):
        return
    assert isinstance(field, Email | DomainNameField) or isinstance(field, Text) and field.identifier
    for form in ("a{}b", "a{}b@example.com", "a@b{}c.example", "b{}c.example"):
        for hidden in "\u200b\u00ad\u2060\u2800\u3164\u115f\ufeff\ufe0f\ue000":
            with pytest.raises(ValidationError):
                field.deserialize(form.format(hidden))
