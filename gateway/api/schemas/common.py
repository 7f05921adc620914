"""Response schemas that every part of the API shares: money, pages, problems."""

from gateway.api.schemas.values import CURRENCY, DECIMAL, FLAG, TEXT, WHOLE, many, maybe, record

PROBLEM = record(
    type=TEXT,
    title=TEXT,
    status=WHOLE,
    detail=TEXT,
    code=TEXT,
    errors=many(record(pointer=TEXT, code=TEXT, message=TEXT)),
    request_id=TEXT,
)

SCHEMAS = {
    "Money": {
        **record(amount=DECIMAL, currency=CURRENCY),
        "additionalProperties": False,
        "description": "An amount as a decimal string, never a number, with its currency (ISO 4217).",
    },
    "Page": record(next=maybe(TEXT), prev=maybe(TEXT), total=maybe(WHOLE), exact=FLAG),
    "Problem": {
        **PROBLEM,
        "description": "RFC 9457. `code` says what is wrong, `errors` which fields, by JSON pointer.",
    },
    "OpenApi": {"type": "object"},
    "AsyncApi": {"type": "object"},
    "JsonSchema": {"type": "object"},
}
