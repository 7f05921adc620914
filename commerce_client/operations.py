"""Operations of the API, generated from its OpenAPI document by `python -m tools.docs`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, cast

from commerce_client import models
from commerce_client.transport import NOT_GIVEN, NotGiven, Transport, Versioned, segment


class Section:
    """The operations of one part of the API."""

    def __init__(self, transport: Transport):
        self._transport = transport


class ActivitySection(Section):
    """Operations on activity."""

    def list_all_activity(
        self,
        *,
        q: str | None = None,
        category: Literal[
            "Clients",
            "Contacts",
            "Notes",
            "Invoices",
            "Payments",
            "Credits",
            "Orders",
            "Services",
            "Domains",
            "Tickets",
            "Staff",
            "Settings",
            "Impersonation",
        ]
        | None = None,
        actor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllActivity:
        """The log of all clients and the system, newest first; a row has also `client_id`.

        `GET /activity` · activity.view
        """
        response = self._transport.send(
            "GET",
            "/activity",
            query={
                "q": q,
                "category": category,
                "actor": actor,
                "from": from_,
                "to": to,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllActivity, response.json())

    def export_all(
        self,
        *,
        format: Literal["csv", "jsonl"],
        q: str | None = None,
        category: Literal[
            "Clients",
            "Contacts",
            "Notes",
            "Invoices",
            "Payments",
            "Credits",
            "Orders",
            "Services",
            "Domains",
            "Tickets",
            "Staff",
            "Settings",
            "Impersonation",
        ]
        | None = None,
        actor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> bytes:
        """All chains as `?format=csv` or `jsonl`, with the filters of the list.

        `GET /activity/export` · activity.export
        """
        response = self._transport.send(
            "GET",
            "/activity/export",
            query={"format": format, "q": q, "category": category, "actor": actor, "from": from_, "to": to},
        )
        return response.content

    def verify_system(
        self,
        *,
        fields: str | None = None,
    ) -> models.Verdict:
        """Whether the `system` chain holds: `{entries, head, valid, first_bad_seq|null, gaps, …}`.

        `GET /activity/verify` · activity.view
        """
        response = self._transport.send("GET", "/activity/verify", query={"fields": fields})
        return cast(models.Verdict, response.json())

    def list_activity(
        self,
        client_id: str,
        *,
        q: str | None = None,
        category: Literal[
            "Clients",
            "Contacts",
            "Notes",
            "Invoices",
            "Payments",
            "Credits",
            "Orders",
            "Services",
            "Domains",
            "Tickets",
            "Staff",
            "Settings",
            "Impersonation",
        ]
        | None = None,
        actor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        cause: str | None = None,
        entity: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Activity:
        """A page of the client's activity.

        `GET /clients/{client_id}/activity` · clients.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/activity",
            query={
                "q": q,
                "category": category,
                "actor": actor,
                "from": from_,
                "to": to,
                "cause": cause,
                "entity": entity,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.Activity, response.json())

    def export_client(
        self,
        client_id: str,
        *,
        format: Literal["csv", "jsonl"],
        q: str | None = None,
        category: Literal[
            "Clients",
            "Contacts",
            "Notes",
            "Invoices",
            "Payments",
            "Credits",
            "Orders",
            "Services",
            "Domains",
            "Tickets",
            "Staff",
            "Settings",
            "Impersonation",
        ]
        | None = None,
        actor: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> bytes:
        """One client's chain.

        `GET /clients/{client_id}/activity/export` · activity.export
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/activity/export",
            query={"format": format, "q": q, "category": category, "actor": actor, "from": from_, "to": to},
        )
        return response.content

    def verify_client(
        self,
        client_id: str,
        *,
        fields: str | None = None,
    ) -> models.Verdict:
        """Whether the client's chain holds, and has all that the services have published.

        `GET /clients/{client_id}/activity/verify` · clients.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/activity/verify", query={"fields": fields}
        )
        return cast(models.Verdict, response.json())


class BillingSection(Section):
    """Operations on billing."""

    def get_billing(
        self,
        client_id: str,
        *,
        fields: str | None = None,
    ) -> Versioned[models.Billing]:
        """The billing account: currency and address, with an ETag of its own.

        `GET /clients/{client_id}/billing` · clients.view
        """
        response = self._transport.send("GET", f"/clients/{segment(client_id)}/billing", query={"fields": fields})
        return Versioned(cast(models.Billing, response.json()), response.headers.get("ETag", ""))

    def update_billing(
        self,
        client_id: str,
        *,
        if_match: str,
        currency: str | NotGiven = NOT_GIVEN,
        address: models.UpdateBillingRequestAddress | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Billing]:
        """Change what is given, of the version that If-Match names.

        `PATCH /clients/{client_id}/billing` · clients.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}/billing",
            body={"currency": currency, "address": address},
            key=idempotency_key,
            if_match=if_match,
        )
        return Versioned(
            cast(models.Billing, response.json() if response.content else None), response.headers.get("ETag", "")
        )


class ClientGroupsSection(Section):
    """Operations on client-groups."""

    def list_groups(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Groups:
        """A page of the groups.

        `GET /client-groups` · settings.view
        """
        response = self._transport.send(
            "GET", "/client-groups", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Groups, response.json())

    def create_group(
        self,
        *,
        name: str,
        colour: str,
        description: str | NotGiven = NOT_GIVEN,
        discount_percent: str | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Group:
        """Define a group; answers it.

        `POST /client-groups` · settings.edit
        """
        response = self._transport.send(
            "POST",
            "/client-groups",
            body={"name": name, "colour": colour, "description": description, "discount_percent": discount_percent},
            key=idempotency_key,
        )
        return cast(models.Group, response.json() if response.content else None)

    def get_group(
        self,
        group_id: str,
        *,
        fields: str | None = None,
    ) -> models.Group:
        """One group.

        `GET /client-groups/{group_id}` · settings.view
        """
        response = self._transport.send("GET", f"/client-groups/{segment(group_id)}", query={"fields": fields})
        return cast(models.Group, response.json())

    def update_group(
        self,
        group_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        colour: str | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        discount_percent: str | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Group:
        """Change what is given of a group; answers it.

        `PATCH /client-groups/{group_id}` · settings.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/client-groups/{segment(group_id)}",
            body={"name": name, "colour": colour, "description": description, "discount_percent": discount_percent},
            key=idempotency_key,
        )
        return cast(models.Group, response.json() if response.content else None)


class ClientsSection(Section):
    """Operations on clients."""

    def list_clients(
        self,
        *,
        q: str | None = None,
        group: str | Literal["none"] | None = None,
        status: Literal["active", "suspended", "inactive"] | None = None,
        tag: str | None = None,
        filter: str | None = None,
        sort: str | None = None,
        fields: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> models.Clients:
        """The client list, with billing's totals of each row. `totals_as_of` is the moment up to which these are complete,
        null while that is no more than a second ago; where it cannot be said they are null, and `unavailable`
        names billing. A `filter` that cannot be read is a 422 whose error says at which `position` (the first
        character is 1), over what `length`, and the `nearest` text that would be right there. `fields` names
        fields of a row and columns of the list, with commas between them: a row has those alone, and in its
        `columns` what it has not by itself. A write in billing answers the header `Commerce-Written-Client`; a
        list that is sent it shows that write.

        `GET /clients` · clients.view
        """
        response = self._transport.send(
            "GET",
            "/clients",
            query={
                "q": q,
                "group": group,
                "status": status,
                "tag": tag,
                "filter": filter,
                "sort": sort,
                "fields": fields,
                "limit": limit,
                "after": after,
                "before": before,
            },
        )
        return cast(models.Clients, response.json())

    def create_client(
        self,
        *,
        first_name: str,
        last_name: str,
        email: str,
        currency: str,
        phone: str | NotGiven = NOT_GIVEN,
        company: str | NotGiven = NOT_GIVEN,
        address1: str | NotGiven = NOT_GIVEN,
        address2: str | NotGiven = NOT_GIVEN,
        city: str | NotGiven = NOT_GIVEN,
        state: str | NotGiven = NOT_GIVEN,
        postcode: str | NotGiven = NOT_GIVEN,
        country: Literal[
            "",
            "AD",
            "AE",
            "AF",
            "AG",
            "AI",
            "AL",
            "AM",
            "AO",
            "AQ",
            "AR",
            "AS",
            "AT",
            "AU",
            "AW",
            "AX",
            "AZ",
            "BA",
            "BB",
            "BD",
            "BE",
            "BF",
            "BG",
            "BH",
            "BI",
            "BJ",
            "BL",
            "BM",
            "BN",
            "BO",
            "BQ",
            "BR",
            "BS",
            "BT",
            "BV",
            "BW",
            "BY",
            "BZ",
            "CA",
            "CC",
            "CD",
            "CF",
            "CG",
            "CH",
            "CI",
            "CK",
            "CL",
            "CM",
            "CN",
            "CO",
            "CR",
            "CU",
            "CV",
            "CW",
            "CX",
            "CY",
            "CZ",
            "DE",
            "DJ",
            "DK",
            "DM",
            "DO",
            "DZ",
            "EC",
            "EE",
            "EG",
            "EH",
            "ER",
            "ES",
            "ET",
            "FI",
            "FJ",
            "FK",
            "FM",
            "FO",
            "FR",
            "GA",
            "GB",
            "GD",
            "GE",
            "GF",
            "GG",
            "GH",
            "GI",
            "GL",
            "GM",
            "GN",
            "GP",
            "GQ",
            "GR",
            "GS",
            "GT",
            "GU",
            "GW",
            "GY",
            "HK",
            "HM",
            "HN",
            "HR",
            "HT",
            "HU",
            "ID",
            "IE",
            "IL",
            "IM",
            "IN",
            "IO",
            "IQ",
            "IR",
            "IS",
            "IT",
            "JE",
            "JM",
            "JO",
            "JP",
            "KE",
            "KG",
            "KH",
            "KI",
            "KM",
            "KN",
            "KP",
            "KR",
            "KW",
            "KY",
            "KZ",
            "LA",
            "LB",
            "LC",
            "LI",
            "LK",
            "LR",
            "LS",
            "LT",
            "LU",
            "LV",
            "LY",
            "MA",
            "MC",
            "MD",
            "ME",
            "MF",
            "MG",
            "MH",
            "MK",
            "ML",
            "MM",
            "MN",
            "MO",
            "MP",
            "MQ",
            "MR",
            "MS",
            "MT",
            "MU",
            "MV",
            "MW",
            "MX",
            "MY",
            "MZ",
            "NA",
            "NC",
            "NE",
            "NF",
            "NG",
            "NI",
            "NL",
            "NO",
            "NP",
            "NR",
            "NU",
            "NZ",
            "OM",
            "PA",
            "PE",
            "PF",
            "PG",
            "PH",
            "PK",
            "PL",
            "PM",
            "PN",
            "PR",
            "PS",
            "PT",
            "PW",
            "PY",
            "QA",
            "RE",
            "RO",
            "RS",
            "RU",
            "RW",
            "SA",
            "SB",
            "SC",
            "SD",
            "SE",
            "SG",
            "SH",
            "SI",
            "SJ",
            "SK",
            "SL",
            "SM",
            "SN",
            "SO",
            "SR",
            "SS",
            "ST",
            "SV",
            "SX",
            "SY",
            "SZ",
            "TC",
            "TD",
            "TF",
            "TG",
            "TH",
            "TJ",
            "TK",
            "TL",
            "TM",
            "TN",
            "TO",
            "TR",
            "TT",
            "TV",
            "TW",
            "TZ",
            "UA",
            "UG",
            "UM",
            "US",
            "UY",
            "UZ",
            "VA",
            "VC",
            "VE",
            "VG",
            "VI",
            "VN",
            "VU",
            "WF",
            "WS",
            "YE",
            "YT",
            "ZA",
            "ZM",
            "ZW",
        ]
        | NotGiven = NOT_GIVEN,
        tax_id: str | NotGiven = NOT_GIVEN,
        tax_exempt: bool | NotGiven = NOT_GIVEN,
        language: str | NotGiven = NOT_GIVEN,
        group_id: str | None | NotGiven = NOT_GIVEN,
        tags: list[str] | NotGiven = NOT_GIVEN,
        status: Literal["active", "suspended", "inactive"] | NotGiven = NOT_GIVEN,
        allow_duplicate_email: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Client]:
        """Create a client; answers 201 with its record.

        `POST /clients` · clients.create
        """
        response = self._transport.send(
            "POST",
            "/clients",
            body={
                "first_name": first_name,
                "last_name": last_name,
                "email": email,
                "phone": phone,
                "company": company,
                "address1": address1,
                "address2": address2,
                "city": city,
                "state": state,
                "postcode": postcode,
                "country": country,
                "tax_id": tax_id,
                "tax_exempt": tax_exempt,
                "language": language,
                "currency": currency,
                "group_id": group_id,
                "tags": tags,
                "status": status,
                "allow_duplicate_email": allow_duplicate_email,
            },
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Client, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def get_client(
        self,
        client_id: str,
        *,
        fields: str | None = None,
    ) -> Versioned[models.Client]:
        """The client record: profile, billing, summary, counts. Its ETag is the version of the profile alone.

        `GET /clients/{client_id}` · clients.view
        """
        response = self._transport.send("GET", f"/clients/{segment(client_id)}", query={"fields": fields})
        return Versioned(cast(models.Client, response.json()), response.headers.get("ETag", ""))

    def update_client(
        self,
        client_id: str,
        *,
        if_match: str,
        first_name: str | NotGiven = NOT_GIVEN,
        last_name: str | NotGiven = NOT_GIVEN,
        email: str | NotGiven = NOT_GIVEN,
        phone: str | NotGiven = NOT_GIVEN,
        company: str | NotGiven = NOT_GIVEN,
        address1: str | NotGiven = NOT_GIVEN,
        address2: str | NotGiven = NOT_GIVEN,
        city: str | NotGiven = NOT_GIVEN,
        state: str | NotGiven = NOT_GIVEN,
        postcode: str | NotGiven = NOT_GIVEN,
        country: Literal[
            "",
            "AD",
            "AE",
            "AF",
            "AG",
            "AI",
            "AL",
            "AM",
            "AO",
            "AQ",
            "AR",
            "AS",
            "AT",
            "AU",
            "AW",
            "AX",
            "AZ",
            "BA",
            "BB",
            "BD",
            "BE",
            "BF",
            "BG",
            "BH",
            "BI",
            "BJ",
            "BL",
            "BM",
            "BN",
            "BO",
            "BQ",
            "BR",
            "BS",
            "BT",
            "BV",
            "BW",
            "BY",
            "BZ",
            "CA",
            "CC",
            "CD",
            "CF",
            "CG",
            "CH",
            "CI",
            "CK",
            "CL",
            "CM",
            "CN",
            "CO",
            "CR",
            "CU",
            "CV",
            "CW",
            "CX",
            "CY",
            "CZ",
            "DE",
            "DJ",
            "DK",
            "DM",
            "DO",
            "DZ",
            "EC",
            "EE",
            "EG",
            "EH",
            "ER",
            "ES",
            "ET",
            "FI",
            "FJ",
            "FK",
            "FM",
            "FO",
            "FR",
            "GA",
            "GB",
            "GD",
            "GE",
            "GF",
            "GG",
            "GH",
            "GI",
            "GL",
            "GM",
            "GN",
            "GP",
            "GQ",
            "GR",
            "GS",
            "GT",
            "GU",
            "GW",
            "GY",
            "HK",
            "HM",
            "HN",
            "HR",
            "HT",
            "HU",
            "ID",
            "IE",
            "IL",
            "IM",
            "IN",
            "IO",
            "IQ",
            "IR",
            "IS",
            "IT",
            "JE",
            "JM",
            "JO",
            "JP",
            "KE",
            "KG",
            "KH",
            "KI",
            "KM",
            "KN",
            "KP",
            "KR",
            "KW",
            "KY",
            "KZ",
            "LA",
            "LB",
            "LC",
            "LI",
            "LK",
            "LR",
            "LS",
            "LT",
            "LU",
            "LV",
            "LY",
            "MA",
            "MC",
            "MD",
            "ME",
            "MF",
            "MG",
            "MH",
            "MK",
            "ML",
            "MM",
            "MN",
            "MO",
            "MP",
            "MQ",
            "MR",
            "MS",
            "MT",
            "MU",
            "MV",
            "MW",
            "MX",
            "MY",
            "MZ",
            "NA",
            "NC",
            "NE",
            "NF",
            "NG",
            "NI",
            "NL",
            "NO",
            "NP",
            "NR",
            "NU",
            "NZ",
            "OM",
            "PA",
            "PE",
            "PF",
            "PG",
            "PH",
            "PK",
            "PL",
            "PM",
            "PN",
            "PR",
            "PS",
            "PT",
            "PW",
            "PY",
            "QA",
            "RE",
            "RO",
            "RS",
            "RU",
            "RW",
            "SA",
            "SB",
            "SC",
            "SD",
            "SE",
            "SG",
            "SH",
            "SI",
            "SJ",
            "SK",
            "SL",
            "SM",
            "SN",
            "SO",
            "SR",
            "SS",
            "ST",
            "SV",
            "SX",
            "SY",
            "SZ",
            "TC",
            "TD",
            "TF",
            "TG",
            "TH",
            "TJ",
            "TK",
            "TL",
            "TM",
            "TN",
            "TO",
            "TR",
            "TT",
            "TV",
            "TW",
            "TZ",
            "UA",
            "UG",
            "UM",
            "US",
            "UY",
            "UZ",
            "VA",
            "VC",
            "VE",
            "VG",
            "VI",
            "VN",
            "VU",
            "WF",
            "WS",
            "YE",
            "YT",
            "ZA",
            "ZM",
            "ZW",
        ]
        | NotGiven = NOT_GIVEN,
        tax_id: str | NotGiven = NOT_GIVEN,
        tax_exempt: bool | NotGiven = NOT_GIVEN,
        language: str | NotGiven = NOT_GIVEN,
        group_id: str | None | NotGiven = NOT_GIVEN,
        allow_duplicate_email: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Client]:
        """Change the given fields of the profile, `group_id` among them; answers the record with its new ETag. Needs If-
        Match with the record's ETag. A 412 says in `changed` which fields were changed since, to what and by
        whom.

        `PATCH /clients/{client_id}` · clients.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}",
            body={
                "first_name": first_name,
                "last_name": last_name,
                "email": email,
                "phone": phone,
                "company": company,
                "address1": address1,
                "address2": address2,
                "city": city,
                "state": state,
                "postcode": postcode,
                "country": country,
                "tax_id": tax_id,
                "tax_exempt": tax_exempt,
                "language": language,
                "group_id": group_id,
                "allow_duplicate_email": allow_duplicate_email,
            },
            key=idempotency_key,
            if_match=if_match,
        )
        return Versioned(
            cast(models.Client, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def export_clients(
        self,
        *,
        format: Literal["csv", "xlsx"],
        fields: str | None = None,
        q: str | None = None,
        group: str | Literal["none"] | None = None,
        status: Literal["active", "suspended", "inactive"] | None = None,
        tag: str | None = None,
        filter: str | None = None,
        sort: str | None = None,
    ) -> bytes:
        """The list as it is filtered, as `?format=csv` or `xlsx`, in the order of `sort`, with the columns that `fields`
        names: commas between them, none are the standard ones. The log says who took it.

        `GET /clients/export` · clients.export
        """
        response = self._transport.send(
            "GET",
            "/clients/export",
            query={
                "format": format,
                "fields": fields,
                "q": q,
                "group": group,
                "status": status,
                "tag": tag,
                "filter": filter,
                "sort": sort,
            },
        )
        return response.content

    def client_filter_fields(
        self,
        *,
        fields: str | None = None,
    ) -> models.ClientFilterFields:
        """What the client list can be filtered by. Its columns, totals and custom fields, with the groups, tags and staff
        that there are now.

        `GET /clients/filter-fields` · clients.view
        """
        response = self._transport.send("GET", "/clients/filter-fields", query={"fields": fields})
        return cast(models.ClientFilterFields, response.json())


class ContactsSection(Section):
    """Operations on contacts."""

    def list_contacts(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Contacts:
        """A page of the client's contacts.

        `GET /clients/{client_id}/contacts` · clients.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/contacts",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Contacts, response.json())

    def add_contact(
        self,
        client_id: str,
        *,
        first_name: str,
        last_name: str,
        email: str,
        role: Literal["owner", "admin", "billing", "technical"],
        phone: str | NotGiven = NOT_GIVEN,
        allow_duplicate_email: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Add a contact; answers 201 with it.

        `POST /clients/{client_id}/contacts` · clients.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/contacts",
            body={
                "first_name": first_name,
                "last_name": last_name,
                "email": email,
                "phone": phone,
                "role": role,
                "allow_duplicate_email": allow_duplicate_email,
            },
            key=idempotency_key,
        )
        return cast(models.Contact, response.json() if response.content else None)

    def remove_contact(
        self,
        client_id: str,
        contact_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Removed:
        """Remove a contact that is not the primary one; answers its id.

        `DELETE /clients/{client_id}/contacts/{contact_id}` · clients.edit
        """
        response = self._transport.send(
            "DELETE", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}", key=idempotency_key
        )
        return cast(models.Removed, response.json() if response.content else None)

    def get_contact(
        self,
        client_id: str,
        contact_id: str,
        *,
        fields: str | None = None,
    ) -> models.Contact:
        """One contact.

        `GET /clients/{client_id}/contacts/{contact_id}` · clients.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}", query={"fields": fields}
        )
        return cast(models.Contact, response.json())

    def update_contact(
        self,
        client_id: str,
        contact_id: str,
        *,
        first_name: str | NotGiven = NOT_GIVEN,
        last_name: str | NotGiven = NOT_GIVEN,
        email: str | NotGiven = NOT_GIVEN,
        phone: str | NotGiven = NOT_GIVEN,
        role: Literal["owner", "admin", "billing", "technical"] | NotGiven = NOT_GIVEN,
        status: Literal["active", "inactive"] | NotGiven = NOT_GIVEN,
        allow_duplicate_email: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Change what is given, `status` `inactive` disables; answers the contact.

        `PATCH /clients/{client_id}/contacts/{contact_id}` · clients.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}",
            body={
                "first_name": first_name,
                "last_name": last_name,
                "email": email,
                "phone": phone,
                "role": role,
                "status": status,
                "allow_duplicate_email": allow_duplicate_email,
            },
            key=idempotency_key,
        )
        return cast(models.Contact, response.json() if response.content else None)

    def confirm_contact(
        self,
        client_id: str,
        contact_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Confirm, in your own name, a contact that waits for an owner's confirmation; answers it.

        `POST /clients/{client_id}/contacts/{contact_id}/confirm` · clients.impersonate
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}/confirm", key=idempotency_key
        )
        return cast(models.Contact, response.json() if response.content else None)

    def invite(
        self,
        client_id: str,
        contact_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Invitation:
        """Mail the contact an invitation to the portal; answers 201, with its link, this once, for those alone who may log
        in as the client.

        `POST /clients/{client_id}/contacts/{contact_id}/invite` · clients.edit
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}/invite", key=idempotency_key
        )
        return cast(models.Invitation, response.json() if response.content else None)

    def make_primary_contact(
        self,
        client_id: str,
        contact_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Contact:
        """Make the contact the primary one, whose name, email and phone are the client's; answers it.

        `POST /clients/{client_id}/contacts/{contact_id}/make-primary` · clients.edit
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}/make-primary", key=idempotency_key
        )
        return cast(models.Contact, response.json() if response.content else None)

    def end_contact_sessions(
        self,
        client_id: str,
        contact_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ended:
        """Sign the contact out of the portal everywhere.

        `DELETE /clients/{client_id}/contacts/{contact_id}/sessions` · clients.edit
        """
        response = self._transport.send(
            "DELETE", f"/clients/{segment(client_id)}/contacts/{segment(contact_id)}/sessions", key=idempotency_key
        )
        return cast(models.Ended, response.json() if response.content else None)


class CreditsSection(Section):
    """Operations on credits."""

    def list_credits(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Credits:
        """A page of the client's credits.

        `GET /clients/{client_id}/credits` · credits.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/credits",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Credits, response.json())

    def add_credit(
        self,
        client_id: str,
        *,
        amount: models.Money,
        description: str,
        invoice_id: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Credit:
        """Give credit; answers 201 with the entry of the ledger.

        `POST /clients/{client_id}/credits` · credits.add
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/credits",
            body={"amount": amount, "description": description, "invoice_id": invoice_id},
            key=idempotency_key,
        )
        return cast(models.Credit, response.json() if response.content else None)

    def reverse_credit(
        self,
        client_id: str,
        entry_id: str,
        *,
        description: str,
        idempotency_key: str | None = None,
    ) -> models.Credit:
        """Take an entry back by a new one; answers 201 with that one.

        `POST /clients/{client_id}/credits/{entry_id}/reverse` · credits.add
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/credits/{segment(entry_id)}/reverse",
            body={"description": description},
            key=idempotency_key,
        )
        return cast(models.Credit, response.json() if response.content else None)


class CustomFieldsSection(Section):
    """Operations on custom-fields."""

    def get_custom_field_values(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.CustomFieldValues:
        """A page of the client's values of the custom fields.

        `GET /clients/{client_id}/custom-fields` · clients.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/custom-fields",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.CustomFieldValues, response.json())

    def set_custom_field_values(
        self,
        client_id: str,
        *,
        values: dict[str, Any],
        was: dict[str, Any] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.CustomFieldValues:
        """Set values of custom fields; those that are not named stay. Answers all as GET does. With `was`, values that the
        caller had seen: 409 where one is another now.

        `PUT /clients/{client_id}/custom-fields` · clients.edit
        """
        response = self._transport.send(
            "PUT",
            f"/clients/{segment(client_id)}/custom-fields",
            body={"values": values, "was": was},
            key=idempotency_key,
        )
        return cast(models.CustomFieldValues, response.json() if response.content else None)

    def list_custom_fields(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.CustomFields:
        """A page of the custom fields.

        `GET /custom-fields` · settings.view
        """
        response = self._transport.send(
            "GET", "/custom-fields", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.CustomFields, response.json())

    def create_custom_field(
        self,
        *,
        label: str,
        type: Literal["text", "textarea", "select", "checkbox", "date"],
        options: list[str] | NotGiven = NOT_GIVEN,
        required: bool | NotGiven = NOT_GIVEN,
        order: int | NotGiven = NOT_GIVEN,
        visibility: Literal["staff_only", "client_view", "client_edit"] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.CustomField:
        """Define a custom field; answers it.

        `POST /custom-fields` · settings.edit
        """
        response = self._transport.send(
            "POST",
            "/custom-fields",
            body={
                "label": label,
                "type": type,
                "options": options,
                "required": required,
                "order": order,
                "visibility": visibility,
            },
            key=idempotency_key,
        )
        return cast(models.CustomField, response.json() if response.content else None)

    def get_custom_field(
        self,
        field_id: str,
        *,
        fields: str | None = None,
    ) -> models.CustomField:
        """One custom field.

        `GET /custom-fields/{field_id}` · settings.view
        """
        response = self._transport.send("GET", f"/custom-fields/{segment(field_id)}", query={"fields": fields})
        return cast(models.CustomField, response.json())

    def update_custom_field(
        self,
        field_id: str,
        *,
        label: str | NotGiven = NOT_GIVEN,
        type: Literal["text", "textarea", "select", "checkbox", "date"] | NotGiven = NOT_GIVEN,
        options: list[str] | NotGiven = NOT_GIVEN,
        required: bool | NotGiven = NOT_GIVEN,
        order: int | NotGiven = NOT_GIVEN,
        visibility: Literal["staff_only", "client_view", "client_edit"] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.CustomField:
        """Change what is given of a custom field; answers it.

        `PATCH /custom-fields/{field_id}` · settings.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/custom-fields/{segment(field_id)}",
            body={
                "label": label,
                "type": type,
                "options": options,
                "required": required,
                "order": order,
                "visibility": visibility,
            },
            key=idempotency_key,
        )
        return cast(models.CustomField, response.json() if response.content else None)


class DocumentsSection(Section):
    """Operations on documents."""

    def asyncapi(
        self,
    ) -> models.AsyncApi:
        """The events, as an AsyncAPI 3 document.

        `GET /asyncapi.json` · signed-in
        """
        response = self._transport.send("GET", "/asyncapi.json")
        return cast(models.AsyncApi, response.json())

    def openapi(
        self,
    ) -> models.OpenApi:
        """This document.

        `GET /openapi.json` · signed-in
        """
        response = self._transport.send("GET", "/openapi.json")
        return cast(models.OpenApi, response.json())

    def event_schema(
        self,
        event_type: str,
    ) -> models.JsonSchema:
        """The JSON Schema of an event type. An event's `dataschema` leads here.

        `GET /schemas/events/{event_type}.json` · signed-in
        """
        response = self._transport.send("GET", f"/schemas/events/{segment(event_type)}.json")
        return cast(models.JsonSchema, response.json())


class DomainsSection(Section):
    """Operations on domains."""

    def list_domains(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Domains:
        """A page of the client's domains.

        `GET /clients/{client_id}/domains` · domains.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/domains",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Domains, response.json())

    def add_domain(
        self,
        client_id: str,
        *,
        name: str,
        kind: Literal["register", "transfer", "existing"],
        registrar: str,
        registered_on: str | None | NotGiven = NOT_GIVEN,
        expires_on: str | None | NotGiven = NOT_GIVEN,
        auto_renew: bool | NotGiven = NOT_GIVEN,
        nameservers: list[str] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Domain:
        """Add a domain; answers 201 with it.

        `POST /clients/{client_id}/domains` · domains.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/domains",
            body={
                "name": name,
                "kind": kind,
                "registrar": registrar,
                "registered_on": registered_on,
                "expires_on": expires_on,
                "auto_renew": auto_renew,
                "nameservers": nameservers,
            },
            key=idempotency_key,
        )
        return cast(models.Domain, response.json() if response.content else None)

    def get_domain(
        self,
        client_id: str,
        domain_id: str,
        *,
        fields: str | None = None,
    ) -> models.Domain:
        """One domain.

        `GET /clients/{client_id}/domains/{domain_id}` · domains.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/domains/{segment(domain_id)}", query={"fields": fields}
        )
        return cast(models.Domain, response.json())

    def update_domain(
        self,
        client_id: str,
        domain_id: str,
        *,
        registrar: str | NotGiven = NOT_GIVEN,
        expires_on: str | None | NotGiven = NOT_GIVEN,
        auto_renew: bool | NotGiven = NOT_GIVEN,
        nameservers: list[str] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Domain:
        """Change registrar, expiry, auto-renew or nameservers.

        `PATCH /clients/{client_id}/domains/{domain_id}` · domains.manage
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}/domains/{segment(domain_id)}",
            body={
                "registrar": registrar,
                "expires_on": expires_on,
                "auto_renew": auto_renew,
                "nameservers": nameservers,
            },
            key=idempotency_key,
        )
        return cast(models.Domain, response.json() if response.content else None)

    def set_domain_status(
        self,
        client_id: str,
        domain_id: str,
        *,
        status: Literal[
            "pending", "active", "expired", "redemption", "pending_transfer", "transferred_away", "cancelled"
        ],
        idempotency_key: str | None = None,
    ) -> models.Domain:
        """Move it to another state.

        `POST /clients/{client_id}/domains/{domain_id}/status` · domains.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/domains/{segment(domain_id)}/status",
            body={"status": status},
            key=idempotency_key,
        )
        return cast(models.Domain, response.json() if response.content else None)

    def all_domains(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["expires", "-expires", "name", "-name"] | None = None,
        status: str | None = None,
        auto_renew: Literal["true", "false"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllDomains:
        """A page of the domains of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at domain or client, by three characters or a whole number;
        `clients_left_out` says that more clients are called so than the list was narrowed to. `status` takes
        several words with commas between. `totals` has one entry for each currency where amounts are listed; it
        is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /domains` · domains.view
        """
        response = self._transport.send(
            "GET",
            "/domains",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "status": status,
                "auto_renew": auto_renew,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllDomains, response.json())


class EventsSection(Section):
    """Operations on events."""

    def events(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        types: str | None = None,
        client: str | None = None,
        fields: str | None = None,
    ) -> models.Events:
        """Events of all services, oldest first. Each stream is in its order; across services there is none. `types` has
        commas between, `client` is a client's stream. `resume` is a cursor for ever: given as `after`, it
        answers what was published since. Personal values need the permission activity.export. A page may be
        empty although `page.next` is there.

        `GET /events` · activity.view
        """
        response = self._transport.send(
            "GET", "/events", query={"limit": limit, "after": after, "types": types, "client": client, "fields": fields}
        )
        return cast(models.Events, response.json())


class ImpersonationsSection(Section):
    """Operations on impersonations."""

    def list_impersonations(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Impersonations:
        """A page of the client's impersonations.

        `GET /clients/{client_id}/impersonations` · clients.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/impersonations",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Impersonations, response.json())

    def start_impersonation(
        self,
        client_id: str,
        *,
        reason: str,
        minutes: Literal[10, 20, 30] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.NewImpersonation:
        """Start Login as Client; answers 201 with `url`, good once until `expires_at`: in any browser where a token asked,
        in that of the admin session where one did.

        `POST /clients/{client_id}/impersonations` · clients.impersonate
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/impersonations",
            body={"reason": reason, "minutes": minutes},
            key=idempotency_key,
        )
        return cast(models.NewImpersonation, response.json() if response.content else None)

    def end_impersonation(
        self,
        client_id: str,
        impersonation_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Impersonation:
        """End a running login as this client, whoever's it is; answers it.

        `POST /clients/{client_id}/impersonations/{impersonation_id}/end` · clients.impersonate
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/impersonations/{segment(impersonation_id)}/end", key=idempotency_key
        )
        return cast(models.Impersonation, response.json() if response.content else None)


class ImportsSection(Section):
    """Operations on imports."""

    def create_import(
        self,
        *,
        clients: bytes | NotGiven = NOT_GIVEN,
        invoices: bytes | NotGiven = NOT_GIVEN,
        invoice_lines: bytes | NotGiven = NOT_GIVEN,
        source: str | NotGiven = NOT_GIVEN,
        allow_duplicate_email: Literal["true", "false"] | NotGiven = NOT_GIVEN,
        encoding: Literal[
            "utf-8",
            "utf-16",
            "utf-32",
            "windows-1252",
            "iso-8859-15",
            "windows-1250",
            "windows-1251",
            "macintosh",
            "shift_jis",
            "gb18030",
        ]
        | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Import:
        """Take the files and begin at once; answers 202 with the import's id. Columns go by their names; the files'
        `encoding` is recognised unless it is given, and `reading.certain` is false where that is a guess.

        `POST /imports` · clients.create
        """
        response = self._transport.send(
            "POST",
            "/imports",
            files={
                "clients": clients,
                "invoices": invoices,
                "invoice_lines": invoice_lines,
                "source": source,
                "allow_duplicate_email": allow_duplicate_email,
                "encoding": encoding,
            },
            key=idempotency_key,
        )
        return cast(models.Import, response.json() if response.content else None)

    def get_import(
        self,
        import_id: str,
        *,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.ImportProgress:
        """Progress, counts over all files, and a page of failed rows (`after` leads on).

        `GET /imports/{import_id}` · clients.create
        """
        response = self._transport.send(
            "GET", f"/imports/{segment(import_id)}", query={"after": after, "before": before, "fields": fields}
        )
        return cast(models.ImportProgress, response.json())


class InvoicesSection(Section):
    """Operations on invoices."""

    def list_invoices(
        self,
        client_id: str,
        *,
        status: Literal["draft", "unpaid", "paid", "overdue", "cancelled", "refunded"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Invoices:
        """A page of the client's invoices.

        `GET /clients/{client_id}/invoices` · invoices.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/invoices",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Invoices, response.json())

    def create_invoice(
        self,
        client_id: str,
        *,
        lines: list[models.CreateInvoiceRequestLinesItem],
        due_date: str | None | NotGiven = NOT_GIVEN,
        notes: str | None | NotGiven = NOT_GIVEN,
        publish: bool | NotGiven = NOT_GIVEN,
        apply_credit: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Make an invoice, a draft or published at once; answers 201 with it.

        `POST /clients/{client_id}/invoices` · invoices.create
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices",
            body={
                "lines": lines,
                "due_date": due_date,
                "notes": notes,
                "publish": publish,
                "apply_credit": apply_credit,
            },
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def get_invoice(
        self,
        client_id: str,
        invoice_id: str,
        *,
        fields: str | None = None,
    ) -> Versioned[models.Invoice]:
        """One invoice with its lines, payments and applied credit.

        `GET /clients/{client_id}/invoices/{invoice_id}` · invoices.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}", query={"fields": fields}
        )
        return Versioned(cast(models.Invoice, response.json()), response.headers.get("ETag", ""))

    def update_draft(
        self,
        client_id: str,
        invoice_id: str,
        *,
        lines: list[models.UpdateDraftRequestLinesItem],
        if_match: str,
        due_date: str | None | NotGiven = NOT_GIVEN,
        notes: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Let a draft say what is given, all of it: `lines`, `due_date`, `notes`. Needs If-Match.

        `PATCH /clients/{client_id}/invoices/{invoice_id}` · invoices.create
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}",
            body={"lines": lines, "due_date": due_date, "notes": notes},
            key=idempotency_key,
            if_match=if_match,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def apply_credit(
        self,
        client_id: str,
        invoice_id: str,
        *,
        amount: models.Money | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Use credit for what is owed, all unless `amount` says.

        `POST /clients/{client_id}/invoices/{invoice_id}/apply-credit` · invoices.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/apply-credit",
            body={"amount": amount},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def cancel_invoice(
        self,
        client_id: str,
        invoice_id: str,
        *,
        reason: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Take back a draft or what is owed.

        `POST /clients/{client_id}/invoices/{invoice_id}/cancel` · invoices.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/cancel",
            body={"reason": reason},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def mark_invoice_paid(
        self,
        client_id: str,
        invoice_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Record that all that is due was paid today.

        `POST /clients/{client_id}/invoices/{invoice_id}/mark-paid` · invoices.edit
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/mark-paid", key=idempotency_key
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def record_payment(
        self,
        client_id: str,
        invoice_id: str,
        *,
        amount: models.Money,
        date: str,
        gateway: str,
        reference: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Record a payment; what is too much becomes credit.

        `POST /clients/{client_id}/invoices/{invoice_id}/payments` · invoices.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/payments",
            body={"amount": amount, "date": date, "gateway": gateway, "reference": reference},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def invoice_pdf(
        self,
        client_id: str,
        invoice_id: str,
    ) -> bytes:
        """The invoice as PDF; a draft is marked as such.

        `GET /clients/{client_id}/invoices/{invoice_id}/pdf` · invoices.view
        """
        response = self._transport.send("GET", f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/pdf")
        return response.content

    def publish_invoice(
        self,
        client_id: str,
        invoice_id: str,
        *,
        apply_credit: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Publish a draft: it gets its number, is owed, and is mailed to the client.

        `POST /clients/{client_id}/invoices/{invoice_id}/publish` · invoices.create
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/publish",
            body={"apply_credit": apply_credit},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def refund_invoice(
        self,
        client_id: str,
        invoice_id: str,
        *,
        amount: models.Money,
        to: Literal["credit", "gateway"],
        reason: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Give back what was paid, to credit or through the gateway.

        `POST /clients/{client_id}/invoices/{invoice_id}/refund` · invoices.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/refund",
            body={"amount": amount, "to": to, "reason": reason},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def resend_invoice(
        self,
        client_id: str,
        invoice_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Invoice]:
        """Mail an issued invoice to the client once more.

        `POST /clients/{client_id}/invoices/{invoice_id}/send` · invoices.create
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/invoices/{segment(invoice_id)}/send", key=idempotency_key
        )
        return Versioned(
            cast(models.Invoice, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def all_invoices(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["issued", "-issued", "due", "-due", "balance", "-balance"] | None = None,
        currency: str | None = None,
        status: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllInvoices:
        """A page of the invoices of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at number, client or payment reference, by three characters or a
        whole number; `clients_left_out` says that more clients are called so than the list was narrowed to.
        `status` takes several words with commas between. `totals` has one entry for each currency where amounts
        are listed; it is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /invoices` · invoices.view
        """
        response = self._transport.send(
            "GET",
            "/invoices",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "currency": currency,
                "status": status,
                "due_from": due_from,
                "due_to": due_to,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllInvoices, response.json())


class JobsSection(Section):
    """Operations on jobs."""

    def list_bulk_jobs(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Jobs:
        """All jobs, the newest first.

        `GET /jobs` · clients.bulk
        """
        response = self._transport.send(
            "GET", "/jobs", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Jobs, response.json())

    def start_job(
        self,
        *,
        act: Literal[
            "add_tag",
            "remove_tag",
            "set_group",
            "set_status",
            "suspend_services",
            "unsuspend_services",
            "add_note",
            "set_custom_field",
        ],
        arguments: dict[str, Any] | NotGiven = NOT_GIVEN,
        ids: list[str] | None | NotGiven = NOT_GIVEN,
        query: models.StartJobRequestQuery | None | NotGiven = NOT_GIVEN,
        filter: str | None | NotGiven = NOT_GIVEN,
        validate_only: bool | NotGiven = NOT_GIVEN,
        expected: int | None | NotGiven = NOT_GIVEN,
        expected_digest: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.JobOrDryRun:
        """Let an act begin on the clients of `ids`, or on all of the list that `query` describes; answers the job.
        `filter` is short for a `query` of it alone. With `validate_only` nothing is changed: it answers what
        would become of each client, and why. Give `expected`, its `rows`, and `expected_digest`, its `digest`,
        to start on just these clients: 409 `list-changed` where there are more, fewer or others by now. Besides
        `clients.bulk` and `clients.view` it asks for what the act asks for one by one.

        `POST /jobs` · clients.bulk
        """
        response = self._transport.send(
            "POST",
            "/jobs",
            body={
                "act": act,
                "arguments": arguments,
                "ids": ids,
                "query": query,
                "filter": filter,
                "validate_only": validate_only,
                "expected": expected,
                "expected_digest": expected_digest,
            },
            key=idempotency_key,
        )
        return cast(models.JobOrDryRun, response.json() if response.content else None)

    def get_bulk_job(
        self,
        job_id: str,
        *,
        fields: str | None = None,
    ) -> models.Job:
        """A job and how far it has come.

        `GET /jobs/{job_id}` · clients.bulk
        """
        response = self._transport.send("GET", f"/jobs/{segment(job_id)}", query={"fields": fields})
        return cast(models.Job, response.json())

    def pause_bulk_job(
        self,
        job_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Job:
        """Halt a job between two rows; answers it.

        `POST /jobs/{job_id}/pause` · clients.bulk
        """
        response = self._transport.send("POST", f"/jobs/{segment(job_id)}/pause", key=idempotency_key)
        return cast(models.Job, response.json() if response.content else None)

    def resume_bulk_job(
        self,
        job_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Job:
        """Let a halted job go on; answers it.

        `POST /jobs/{job_id}/resume` · clients.bulk
        """
        response = self._transport.send("POST", f"/jobs/{segment(job_id)}/resume", key=idempotency_key)
        return cast(models.Job, response.json() if response.content else None)

    def list_bulk_job_rows(
        self,
        job_id: str,
        *,
        result: Literal["changed", "unchanged", "refused", "failed", "waiting", "sent"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.JobRows:
        """What became of each client of a job.

        `GET /jobs/{job_id}/rows` · clients.bulk
        """
        response = self._transport.send(
            "GET",
            f"/jobs/{segment(job_id)}/rows",
            query={"result": result, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.JobRows, response.json())

    def undo_job(
        self,
        job_id: str,
        *,
        validate_only: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.JobOrDryRun:
        """Let the undo of a job begin, within 30 days; answers that, a job of its own. Clients that have changed since are
        left as they are. With `validate_only` nothing is changed, and it answers what would become of each
        client.

        `POST /jobs/{job_id}/undo` · clients.bulk
        """
        response = self._transport.send(
            "POST", f"/jobs/{segment(job_id)}/undo", body={"validate_only": validate_only}, key=idempotency_key
        )
        return cast(models.JobOrDryRun, response.json() if response.content else None)


class MeSection(Section):
    """Operations on me."""

    def me(
        self,
        *,
        fields: str | None = None,
    ) -> models.Me:
        """The person whose token or session this is, with their permissions.

        `GET /me` · signed-in
        """
        response = self._transport.send("GET", "/me", query={"fields": fields})
        return cast(models.Me, response.json())

    def get_list_settings(
        self,
        *,
        fields: str | None = None,
    ) -> models.ListSettings:
        """How one keeps the client list: columns (none are the standard ones), widths in CSS pixels, density.

        `GET /me/client-list` · clients.view
        """
        response = self._transport.send("GET", "/me/client-list", query={"fields": fields})
        return cast(models.ListSettings, response.json())

    def keep_list_settings(
        self,
        *,
        columns: list[str] | NotGiven = NOT_GIVEN,
        widths: dict[str, int] | NotGiven = NOT_GIVEN,
        density: Literal["two_lines", "compact"] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.ListSettings:
        """Keep what is given of these; answers all.

        `PATCH /me/client-list` · clients.view
        """
        response = self._transport.send(
            "PATCH",
            "/me/client-list",
            body={"columns": columns, "widths": widths, "density": density},
            key=idempotency_key,
        )
        return cast(models.ListSettings, response.json() if response.content else None)

    def my_sessions(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Sessions:
        """A page of one's own sessions that are alive.

        `GET /me/sessions` · signed-in
        """
        response = self._transport.send(
            "GET", "/me/sessions", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Sessions, response.json())

    def end_my_session(
        self,
        session_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ended:
        """End one of one's sessions.

        `DELETE /me/sessions/{session_id}` · signed-in
        """
        response = self._transport.send("DELETE", f"/me/sessions/{segment(session_id)}", key=idempotency_key)
        return cast(models.Ended, response.json() if response.content else None)

    def my_tokens(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Tokens:
        """A page of one's own tokens that are alive.

        `GET /me/tokens` · signed-in
        """
        response = self._transport.send(
            "GET", "/me/tokens", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Tokens, response.json())

    def create_my_token(
        self,
        *,
        name: str,
        permissions: list[
            Literal[
                "activity.export",
                "activity.view",
                "clients.bulk",
                "clients.create",
                "clients.edit",
                "clients.export",
                "clients.impersonate",
                "clients.view",
                "credits.add",
                "credits.view",
                "domains.manage",
                "domains.view",
                "invoices.create",
                "invoices.edit",
                "invoices.view",
                "notes.create",
                "notes.view",
                "orders.manage",
                "orders.view",
                "services.manage",
                "services.provision",
                "services.view",
                "settings.edit",
                "settings.view",
                "staff.create",
                "staff.delete",
                "staff.edit",
                "staff.view",
                "system.manage",
                "system.view",
                "tickets.manage",
                "tickets.reply",
                "tickets.view",
                "views.share",
                "webhooks.manage",
                "webhooks.view",
            ]
        ]
        | None
        | NotGiven = NOT_GIVEN,
        days: int | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.NewToken:
        """Make a token; answers 201 with `token`, shown this once. A repeat of the same request is told all but that.

        `POST /me/tokens` · signed-in
        """
        response = self._transport.send(
            "POST", "/me/tokens", body={"name": name, "permissions": permissions, "days": days}, key=idempotency_key
        )
        return cast(models.NewToken, response.json() if response.content else None)

    def revoke_my_token(
        self,
        token_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Revoked:
        """End a token at once.

        `DELETE /me/tokens/{token_id}` · signed-in
        """
        response = self._transport.send("DELETE", f"/me/tokens/{segment(token_id)}", key=idempotency_key)
        return cast(models.Revoked, response.json() if response.content else None)


class NotesSection(Section):
    """Operations on notes."""

    def list_notes(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Notes:
        """A page of the client's notes.

        `GET /clients/{client_id}/notes` · notes.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/notes",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Notes, response.json())

    def add_note(
        self,
        client_id: str,
        *,
        body: str,
        sticky: bool | NotGiven = NOT_GIVEN,
        supersedes: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Note:
        """Write a note, which may supersede another; answers 201 with it.

        `POST /clients/{client_id}/notes` · notes.create
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/notes",
            body={"body": body, "sticky": sticky, "supersedes": supersedes},
            key=idempotency_key,
        )
        return cast(models.Note, response.json() if response.content else None)

    def get_note(
        self,
        client_id: str,
        note_id: str,
        *,
        fields: str | None = None,
    ) -> models.Note:
        """One note.

        `GET /clients/{client_id}/notes/{note_id}` · notes.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/notes/{segment(note_id)}", query={"fields": fields}
        )
        return cast(models.Note, response.json())

    def pin_note(
        self,
        client_id: str,
        note_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Note:
        """Put a note that stands in the list on the record's head; answers the note.

        `POST /clients/{client_id}/notes/{note_id}/pin` · notes.create
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/notes/{segment(note_id)}/pin", key=idempotency_key
        )
        return cast(models.Note, response.json() if response.content else None)

    def unpin_note(
        self,
        client_id: str,
        note_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Note:
        """Take a sticky note off the record's head; answers the note, which stays.

        `POST /clients/{client_id}/notes/{note_id}/unpin` · notes.create
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/notes/{segment(note_id)}/unpin", key=idempotency_key
        )
        return cast(models.Note, response.json() if response.content else None)


class OrdersSection(Section):
    """Operations on orders."""

    def list_orders(
        self,
        client_id: str,
        *,
        status: Literal["pending", "active", "fraud", "cancelled"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Orders:
        """A page of the client's orders.

        `GET /clients/{client_id}/orders` · orders.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/orders",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Orders, response.json())

    def place_order(
        self,
        client_id: str,
        *,
        items: list[models.PlaceOrderRequestItemsItem],
        idempotency_key: str | None = None,
    ) -> models.Order:
        """Order `items`; answers 201 with the order, whose invoice is published.

        `POST /clients/{client_id}/orders` · orders.manage
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/orders", body={"items": items}, key=idempotency_key
        )
        return cast(models.Order, response.json() if response.content else None)

    def get_order(
        self,
        client_id: str,
        order_id: str,
        *,
        fields: str | None = None,
    ) -> models.Order:
        """One order with its items.

        `GET /clients/{client_id}/orders/{order_id}` · orders.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/orders/{segment(order_id)}", query={"fields": fields}
        )
        return cast(models.Order, response.json())

    def approve_order(
        self,
        client_id: str,
        order_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Order:
        """Approve a pending order: its services and domains become active.

        `POST /clients/{client_id}/orders/{order_id}/approve` · orders.manage
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/orders/{segment(order_id)}/approve", key=idempotency_key
        )
        return cast(models.Order, response.json() if response.content else None)

    def cancel_order(
        self,
        client_id: str,
        order_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Order:
        """Cancel a pending order, what waits for it, and its open invoice.

        `POST /clients/{client_id}/orders/{order_id}/cancel` · orders.manage
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/orders/{segment(order_id)}/cancel", key=idempotency_key
        )
        return cast(models.Order, response.json() if response.content else None)

    def mark_order_fraud(
        self,
        client_id: str,
        order_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Order:
        """Mark a pending order as fraud; otherwise as cancelling it.

        `POST /clients/{client_id}/orders/{order_id}/mark-fraud` · orders.manage
        """
        response = self._transport.send(
            "POST", f"/clients/{segment(client_id)}/orders/{segment(order_id)}/mark-fraud", key=idempotency_key
        )
        return cast(models.Order, response.json() if response.content else None)

    def all_orders(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["placed", "-placed", "total", "-total"] | None = None,
        currency: str | None = None,
        status: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllOrders:
        """A page of the orders of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at number or client, by three characters or a whole number;
        `clients_left_out` says that more clients are called so than the list was narrowed to. `status` takes
        several words with commas between. `totals` has one entry for each currency where amounts are listed; it
        is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /orders` · orders.view
        """
        response = self._transport.send(
            "GET",
            "/orders",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "currency": currency,
                "status": status,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllOrders, response.json())


class PaymentsSection(Section):
    """Operations on payments."""

    def all_payments(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["paid", "-paid", "amount", "-amount"] | None = None,
        currency: str | None = None,
        gateway: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllPayments:
        """A page of the payments of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at reference, invoice or client, by three characters or a whole
        number; `clients_left_out` says that more clients are called so than the list was narrowed to. `status`
        takes several words with commas between. `totals` has one entry for each currency where amounts are
        listed; it is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /payments` · invoices.view
        """
        response = self._transport.send(
            "GET",
            "/payments",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "currency": currency,
                "gateway": gateway,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllPayments, response.json())


class ProductsSection(Section):
    """Operations on products."""

    def list_products(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Products:
        """A page of the products by name, with their prices; for who may see the settings or take orders.

        `GET /products` · signed-in
        """
        response = self._transport.send(
            "GET", "/products", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Products, response.json())

    def create_product(
        self,
        *,
        name: str,
        prices: list[models.CreateProductRequestPricesItem],
        description: str | NotGiven = NOT_GIVEN,
        takes_domain: bool | NotGiven = NOT_GIVEN,
        tax_rate: str | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Product]:
        """Add a product; answers 201 with it.

        `POST /products` · settings.edit
        """
        response = self._transport.send(
            "POST",
            "/products",
            body={
                "name": name,
                "description": description,
                "takes_domain": takes_domain,
                "tax_rate": tax_rate,
                "prices": prices,
            },
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Product, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def get_product(
        self,
        product_id: str,
        *,
        fields: str | None = None,
    ) -> Versioned[models.Product]:
        """One product, with its ETag.

        `GET /products/{product_id}` · settings.view
        """
        response = self._transport.send("GET", f"/products/{segment(product_id)}", query={"fields": fields})
        return Versioned(cast(models.Product, response.json()), response.headers.get("ETag", ""))

    def update_product(
        self,
        product_id: str,
        *,
        if_match: str,
        name: str | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        takes_domain: bool | NotGiven = NOT_GIVEN,
        tax_rate: str | NotGiven = NOT_GIVEN,
        prices: list[models.UpdateProductRequestPricesItem] | NotGiven = NOT_GIVEN,
        retired: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Product]:
        """Change a product; `prices` replaces all of them. Needs If-Match; answers the product.

        `PATCH /products/{product_id}` · settings.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/products/{segment(product_id)}",
            body={
                "name": name,
                "description": description,
                "takes_domain": takes_domain,
                "tax_rate": tax_rate,
                "prices": prices,
                "retired": retired,
            },
            key=idempotency_key,
            if_match=if_match,
        )
        return Versioned(
            cast(models.Product, response.json() if response.content else None), response.headers.get("ETag", "")
        )


class SearchSection(Section):
    """Operations on search."""

    def find(
        self,
        *,
        q: str,
        kinds: str | None = None,
        limit: int | None = None,
        fields: str | None = None,
    ) -> models.Search:
        """What three characters or a whole number find, by number or name, among what the caller may view; `kinds` has
        commas between. `matched` is the field that was found; `unavailable` names services that did not answer.
        There is the one page, without a total: whoever wants fewer asks more closely.

        `GET /search` · clients.view
        """
        response = self._transport.send(
            "GET", "/search", query={"q": q, "kinds": kinds, "limit": limit, "fields": fields}
        )
        return cast(models.Search, response.json())


class ServicesSection(Section):
    """Operations on services."""

    def list_subscriptions(
        self,
        client_id: str,
        *,
        status: Literal["active", "pending", "suspended", "cancelled", "terminated"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Services:
        """A page of the client's services.

        `GET /clients/{client_id}/services` · services.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/services",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Services, response.json())

    def get_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        fields: str | None = None,
    ) -> models.ServiceRecord:
        """One service, with what stopped it; `order` and `invoices` are null for who may not view these.

        `GET /clients/{client_id}/services/{service_id}` · services.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/services/{segment(service_id)}", query={"fields": fields}
        )
        return cast(models.ServiceRecord, response.json())

    def activate_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        reason: str,
        idempotency_key: str | None = None,
    ) -> models.Service:
        """Activate the service; answers it.

        `POST /clients/{client_id}/services/{service_id}/activate` · services.provision
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/{segment(service_id)}/activate",
            body={"reason": reason},
            key=idempotency_key,
        )
        return cast(models.Service, response.json() if response.content else None)

    def cancel_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        reason: str,
        idempotency_key: str | None = None,
    ) -> models.Service:
        """Cancel the service; answers it.

        `POST /clients/{client_id}/services/{service_id}/cancel` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/{segment(service_id)}/cancel",
            body={"reason": reason},
            key=idempotency_key,
        )
        return cast(models.Service, response.json() if response.content else None)

    def suspend_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        reason: str,
        idempotency_key: str | None = None,
    ) -> models.Service:
        """Suspend the service; answers it.

        `POST /clients/{client_id}/services/{service_id}/suspend` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/{segment(service_id)}/suspend",
            body={"reason": reason},
            key=idempotency_key,
        )
        return cast(models.Service, response.json() if response.content else None)

    def terminate_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        reason: str,
        idempotency_key: str | None = None,
    ) -> models.Service:
        """Terminate the service; answers it.

        `POST /clients/{client_id}/services/{service_id}/terminate` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/{segment(service_id)}/terminate",
            body={"reason": reason},
            key=idempotency_key,
        )
        return cast(models.Service, response.json() if response.content else None)

    def unsuspend_subscription(
        self,
        client_id: str,
        service_id: str,
        *,
        reason: str,
        idempotency_key: str | None = None,
    ) -> models.Service:
        """Unsuspend the service; answers it.

        `POST /clients/{client_id}/services/{service_id}/unsuspend` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/{segment(service_id)}/unsuspend",
            body={"reason": reason},
            key=idempotency_key,
        )
        return cast(models.Service, response.json() if response.content else None)

    def list_suspendable(
        self,
        client_id: str,
        *,
        fields: str | None = None,
    ) -> models.Suspendable:
        """How many services there are in each state, and the `version` of the active ones to suspend all with.

        `GET /clients/{client_id}/services/suspend-all` · services.view
        """
        response = self._transport.send(
            "GET", f"/clients/{segment(client_id)}/services/suspend-all", query={"fields": fields}
        )
        return cast(models.Suspendable, response.json())

    def suspend_all_subscriptions(
        self,
        client_id: str,
        *,
        reason: str,
        expected: list[str] | None | NotGiven = NOT_GIVEN,
        version: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Suspended:
        """Suspend every active service; 409 `list-changed`, with `services` and `version` as they are, when they are not
        those `expected`, or have another `version`.

        `POST /clients/{client_id}/services/suspend-all` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/suspend-all",
            body={"reason": reason, "expected": expected, "version": version},
            key=idempotency_key,
        )
        return cast(models.Suspended, response.json() if response.content else None)

    def unsuspend_all_subscriptions(
        self,
        client_id: str,
        *,
        batch_id: str,
        idempotency_key: str | None = None,
    ) -> models.Unsuspended:
        """Bring back exactly what one Suspend All still holds.

        `POST /clients/{client_id}/services/unsuspend-all` · services.manage
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/services/unsuspend-all",
            body={"batch_id": batch_id},
            key=idempotency_key,
        )
        return cast(models.Unsuspended, response.json() if response.content else None)

    def all_services(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["next_due", "-next_due", "number", "-number", "price", "-price"] | None = None,
        currency: str | None = None,
        status: str | None = None,
        billing_cycle: Literal["monthly", "quarterly", "semi_annual", "annual", "biennial", "one_time"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllServices:
        """A page of the services of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at product, domain, number or client, by three characters or a
        whole number; `clients_left_out` says that more clients are called so than the list was narrowed to.
        `status` takes several words with commas between. `totals` has one entry for each currency where amounts
        are listed; it is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /services` · services.view
        """
        response = self._transport.send(
            "GET",
            "/services",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "currency": currency,
                "status": status,
                "billing_cycle": billing_cycle,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllServices, response.json())


class StaffSection(Section):
    """Operations on staff."""

    def list_staff(
        self,
        *,
        status: Literal["active", "invited", "disabled"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.StaffPage:
        """Staff by name; `counts` by status.

        `GET /staff` · staff.view
        """
        response = self._transport.send(
            "GET",
            "/staff",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.StaffPage, response.json())

    def create_staff_account(
        self,
        *,
        name: str,
        email: str,
        role: Literal["super_admin", "admin", "support", "billing"],
        permissions: dict[str, bool] | NotGiven = NOT_GIVEN,
        password: str | None | NotGiven = NOT_GIVEN,
        second_factor_required: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Staff]:
        """Make an account; answers 201. Without a password, a password link lets its owner in.

        `POST /staff` · staff.create
        """
        response = self._transport.send(
            "POST",
            "/staff",
            body={
                "name": name,
                "email": email,
                "role": role,
                "permissions": permissions,
                "password": password,
                "second_factor_required": second_factor_required,
            },
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Staff, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def get_staff(
        self,
        staff_id: str,
        *,
        fields: str | None = None,
    ) -> Versioned[models.StaffRecord]:
        """One account with every permission, its live sessions and tokens; the ETag is its version.

        `GET /staff/{staff_id}` · staff.view
        """
        response = self._transport.send("GET", f"/staff/{segment(staff_id)}", query={"fields": fields})
        return Versioned(cast(models.StaffRecord, response.json()), response.headers.get("ETag", ""))

    def update_staff(
        self,
        staff_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        email: str | NotGiven = NOT_GIVEN,
        role: Literal["super_admin", "admin", "support", "billing"] | NotGiven = NOT_GIVEN,
        permissions: dict[str, bool] | NotGiven = NOT_GIVEN,
        password: str | NotGiven = NOT_GIVEN,
        second_factor_required: bool | NotGiven = NOT_GIVEN,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Staff]:
        """Change what is named; with If-Match only the version that was read.

        `PATCH /staff/{staff_id}` · staff.edit
        """
        response = self._transport.send(
            "PATCH",
            f"/staff/{segment(staff_id)}",
            body={
                "name": name,
                "email": email,
                "role": role,
                "permissions": permissions,
                "password": password,
                "second_factor_required": second_factor_required,
            },
            key=idempotency_key,
            if_match=if_match,
        )
        return Versioned(
            cast(models.Staff, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def disable_staff(
        self,
        staff_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Staff]:
        """Disable an account: all that lets it in ends.

        `POST /staff/{staff_id}/disable` · staff.delete
        """
        response = self._transport.send("POST", f"/staff/{segment(staff_id)}/disable", key=idempotency_key)
        return Versioned(
            cast(models.Staff, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def enable_staff(
        self,
        staff_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Staff]:
        """Let a disabled account sign in again.

        `POST /staff/{staff_id}/enable` · staff.delete
        """
        response = self._transport.send("POST", f"/staff/{segment(staff_id)}/enable", key=idempotency_key)
        return Versioned(
            cast(models.Staff, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def password_link(
        self,
        staff_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Link:
        """A link that sets the person's password once, within a day: `{"url", "expires_at"}`, shown this once.

        `POST /staff/{staff_id}/password-link` · staff.edit
        """
        response = self._transport.send("POST", f"/staff/{segment(staff_id)}/password-link", key=idempotency_key)
        return cast(models.Link, response.json() if response.content else None)

    def reset_second_factor(
        self,
        staff_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Staff]:
        """Take a lost second factor away.

        `DELETE /staff/{staff_id}/second-factor` · staff.edit
        """
        response = self._transport.send("DELETE", f"/staff/{segment(staff_id)}/second-factor", key=idempotency_key)
        return Versioned(
            cast(models.Staff, response.json() if response.content else None), response.headers.get("ETag", "")
        )

    def end_staff_sessions(
        self,
        staff_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Ended:
        """Sign somebody out everywhere.

        `DELETE /staff/{staff_id}/sessions` · staff.edit
        """
        response = self._transport.send("DELETE", f"/staff/{segment(staff_id)}/sessions", key=idempotency_key)
        return cast(models.Ended, response.json() if response.content else None)

    def revoke_staff_token(
        self,
        staff_id: str,
        token_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Revoked:
        """End a token of somebody.

        `DELETE /staff/{staff_id}/tokens/{token_id}` · staff.edit
        """
        response = self._transport.send(
            "DELETE", f"/staff/{segment(staff_id)}/tokens/{segment(token_id)}", key=idempotency_key
        )
        return cast(models.Revoked, response.json() if response.content else None)


class StatusSection(Section):
    """Operations on status."""

    def change_status(
        self,
        client_id: str,
        *,
        status: Literal["active", "suspended", "inactive"],
        reason: str,
        idempotency_key: str | None = None,
    ) -> Versioned[models.Client]:
        """Change it; answers the record.

        `POST /clients/{client_id}/status` · clients.edit
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/status",
            body={"status": status, "reason": reason},
            key=idempotency_key,
        )
        return Versioned(
            cast(models.Client, response.json() if response.content else None), response.headers.get("ETag", "")
        )


class SystemSection(Section):
    """Operations on system."""

    def system(
        self,
        *,
        fields: str | None = None,
    ) -> models.System:
        """Processes, jobs, lags, queues, engines and background work of each service, and what of it needs `attention`,
        with the alert whose runbook says what to do. A service that does not answer is `unavailable`.

        `GET /system` · system.view
        """
        response = self._transport.send("GET", "/system", query={"fields": fields})
        return cast(models.System, response.json())


class TagsSection(Section):
    """Operations on tags."""

    def client_tags(
        self,
        client_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.ClientTags:
        """A page of the client's tags.

        `GET /clients/{client_id}/tags` · clients.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/tags",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.ClientTags, response.json())

    def set_client_tags(
        self,
        client_id: str,
        *,
        tags: list[str],
        was: list[str] | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.ClientTags:
        """Give the client exactly these tags; answers them. With `was`, the tags that the caller had seen, only what
        differs from them is added and taken away.

        `PUT /clients/{client_id}/tags` · clients.edit
        """
        response = self._transport.send(
            "PUT", f"/clients/{segment(client_id)}/tags", body={"tags": tags, "was": was}, key=idempotency_key
        )
        return cast(models.ClientTags, response.json() if response.content else None)

    def list_tags(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Tags:
        """A page of the tags.

        `GET /tags` · settings.view
        """
        response = self._transport.send(
            "GET", "/tags", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Tags, response.json())

    def create_tag(
        self,
        *,
        name: str,
        colour: str,
        idempotency_key: str | None = None,
    ) -> models.Tag:
        """Define a tag; answers it.

        `POST /tags` · settings.edit
        """
        response = self._transport.send("POST", "/tags", body={"name": name, "colour": colour}, key=idempotency_key)
        return cast(models.Tag, response.json() if response.content else None)

    def get_tag(
        self,
        tag_id: str,
        *,
        fields: str | None = None,
    ) -> models.Tag:
        """One tag.

        `GET /tags/{tag_id}` · settings.view
        """
        response = self._transport.send("GET", f"/tags/{segment(tag_id)}", query={"fields": fields})
        return cast(models.Tag, response.json())

    def update_tag(
        self,
        tag_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        colour: str | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Tag:
        """Change what is given of a tag; answers it.

        `PATCH /tags/{tag_id}` · settings.edit
        """
        response = self._transport.send(
            "PATCH", f"/tags/{segment(tag_id)}", body={"name": name, "colour": colour}, key=idempotency_key
        )
        return cast(models.Tag, response.json() if response.content else None)


class TicketsSection(Section):
    """Operations on tickets."""

    def list_tickets(
        self,
        client_id: str,
        *,
        status: Literal["open", "answered", "customer_reply", "in_progress", "on_hold", "closed"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Tickets:
        """A page of the client's tickets.

        `GET /clients/{client_id}/tickets` · tickets.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/tickets",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.Tickets, response.json())

    def open_ticket(
        self,
        client_id: str,
        *,
        body: str,
        subject: str,
        department: str | None | NotGiven = NOT_GIVEN,
        priority: Literal["low", "medium", "high", "urgent"] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.TicketThread:
        """Open a ticket with its first message; answers 201 with its thread.

        `POST /clients/{client_id}/tickets` · tickets.reply
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/tickets",
            body={"body": body, "subject": subject, "department": department, "priority": priority},
            key=idempotency_key,
        )
        return cast(models.TicketThread, response.json() if response.content else None)

    def get_ticket(
        self,
        client_id: str,
        ticket_id: str,
        *,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.TicketThread:
        """One ticket with the newest messages of its thread; `page.next` goes on to older ones.

        `GET /clients/{client_id}/tickets/{ticket_id}` · tickets.view
        """
        response = self._transport.send(
            "GET",
            f"/clients/{segment(client_id)}/tickets/{segment(ticket_id)}",
            query={"after": after, "before": before, "fields": fields},
        )
        return cast(models.TicketThread, response.json())

    def update_ticket(
        self,
        client_id: str,
        ticket_id: str,
        *,
        subject: str | NotGiven = NOT_GIVEN,
        status: Literal["open", "answered", "customer_reply", "in_progress", "on_hold", "closed"]
        | NotGiven = NOT_GIVEN,
        priority: Literal["low", "medium", "high", "urgent"] | NotGiven = NOT_GIVEN,
        department: str | None | NotGiven = NOT_GIVEN,
        assigned_to: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.TicketThread:
        """Change status, priority, department, subject, or `assigned_to`, a staff member's id or null; answers the ticket.

        `PATCH /clients/{client_id}/tickets/{ticket_id}` · tickets.manage
        """
        response = self._transport.send(
            "PATCH",
            f"/clients/{segment(client_id)}/tickets/{segment(ticket_id)}",
            body={
                "subject": subject,
                "status": status,
                "priority": priority,
                "department": department,
                "assigned_to": assigned_to,
            },
            key=idempotency_key,
        )
        return cast(models.TicketThread, response.json() if response.content else None)

    def reply_ticket(
        self,
        client_id: str,
        ticket_id: str,
        *,
        body: str,
        internal: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Message:
        """Write into the thread, `internal` for staff alone; answers 201 with the message.

        `POST /clients/{client_id}/tickets/{ticket_id}/replies` · tickets.reply
        """
        response = self._transport.send(
            "POST",
            f"/clients/{segment(client_id)}/tickets/{segment(ticket_id)}/replies",
            body={"body": body, "internal": internal},
            key=idempotency_key,
        )
        return cast(models.Message, response.json() if response.content else None)

    def all_tickets(
        self,
        *,
        q: str | None = None,
        filter: str | None = None,
        client: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        sort: Literal["active", "-active", "number", "-number"] | None = None,
        status: str | None = None,
        priority: Literal["low", "medium", "high", "urgent"] | None = None,
        assigned: str | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.AllTickets:
        """A page of the tickets of all clients. Each row has its `client`; where its name cannot be read it is null, and
        `unavailable` names clients. `q` looks at number, subject or client, by three characters or a whole
        number; `clients_left_out` says that more clients are called so than the list was narrowed to. `status`
        takes several words with commas between. `totals` has one entry for each currency where amounts are
        listed; it is null, and `page.total` an estimate, beyond 10,000 rows.

        `GET /tickets` · tickets.view
        """
        response = self._transport.send(
            "GET",
            "/tickets",
            query={
                "q": q,
                "filter": filter,
                "client": client,
                "from": from_,
                "to": to,
                "sort": sort,
                "status": status,
                "priority": priority,
                "assigned": assigned,
                "limit": limit,
                "after": after,
                "before": before,
                "fields": fields,
            },
        )
        return cast(models.AllTickets, response.json())


class ViewsSection(Section):
    """Operations on views."""

    def list_views(
        self,
        *,
        list: Literal["clients", "orders", "invoices", "payments", "services", "domains", "tickets"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Views:
        """A page of the views of a list that one sees: own, shared, and those that every business has. Those of one's bar
        in its order come first, then the others by name. A `list` over all clients asks for the permission to
        view it too.

        `GET /views` · clients.view
        """
        response = self._transport.send(
            "GET", "/views", query={"list": list, "limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Views, response.json())

    def create_view(
        self,
        *,
        name: str,
        list: Literal["clients", "orders", "invoices", "payments", "services", "domains", "tickets"]
        | NotGiven = NOT_GIVEN,
        filter: str | NotGiven = NOT_GIVEN,
        q: str | NotGiven = NOT_GIVEN,
        sort: str | NotGiven = NOT_GIVEN,
        columns: list[str] | NotGiven = NOT_GIVEN,
        density: Literal["", "two_lines", "compact"] | NotGiven = NOT_GIVEN,
        shared: bool | NotGiven = NOT_GIVEN,
        pinned: bool | NotGiven = NOT_GIVEN,
        default: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.View:
        """Save a view; answers it. Sharing it needs `views.share`.

        `POST /views` · clients.view
        """
        response = self._transport.send(
            "POST",
            "/views",
            body={
                "list": list,
                "filter": filter,
                "q": q,
                "sort": sort,
                "name": name,
                "columns": columns,
                "density": density,
                "shared": shared,
                "pinned": pinned,
                "default": default,
            },
            key=idempotency_key,
        )
        return cast(models.View, response.json() if response.content else None)

    def delete_view(
        self,
        view_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.DeletedView:
        """Delete a view, for all who see it.

        `DELETE /views/{view_id}` · clients.view
        """
        response = self._transport.send("DELETE", f"/views/{segment(view_id)}", key=idempotency_key)
        return cast(models.DeletedView, response.json() if response.content else None)

    def get_view(
        self,
        view_id: str,
        *,
        fields: str | None = None,
    ) -> models.View:
        """One view. Whoever knows its id may open it: the link shares it.

        `GET /views/{view_id}` · clients.view
        """
        response = self._transport.send("GET", f"/views/{segment(view_id)}", query={"fields": fields})
        return cast(models.View, response.json())

    def update_view(
        self,
        view_id: str,
        *,
        filter: str | NotGiven = NOT_GIVEN,
        q: str | NotGiven = NOT_GIVEN,
        sort: str | NotGiven = NOT_GIVEN,
        name: str | NotGiven = NOT_GIVEN,
        columns: list[str] | NotGiven = NOT_GIVEN,
        density: Literal["", "two_lines", "compact"] | NotGiven = NOT_GIVEN,
        shared: bool | NotGiven = NOT_GIVEN,
        pinned: bool | NotGiven = NOT_GIVEN,
        default: bool | NotGiven = NOT_GIVEN,
        position: int | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.View:
        """Change what is given of a view; answers it. `pinned`, `default` and `position` are one's own of every view; the
        rest of a shared one needs `views.share`.

        `PATCH /views/{view_id}` · clients.view
        """
        response = self._transport.send(
            "PATCH",
            f"/views/{segment(view_id)}",
            body={
                "filter": filter,
                "q": q,
                "sort": sort,
                "name": name,
                "columns": columns,
                "density": density,
                "shared": shared,
                "pinned": pinned,
                "default": default,
                "position": position,
            },
            key=idempotency_key,
        )
        return cast(models.View, response.json() if response.content else None)

    def count_views(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.ViewCounts:
        """How many clients each view of one's bar of the client list has, half a minute old at most. No `total` where the
        view's filter is at `fault`, or where time was up: then ask again.

        `GET /views/counts` · clients.view
        """
        response = self._transport.send(
            "GET", "/views/counts", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.ViewCounts, response.json())


class WebhooksSection(Section):
    """Operations on webhooks."""

    def list_endpoints(
        self,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.Webhooks:
        """A page of the endpoints, the oldest first.

        `GET /webhooks` · webhooks.view
        """
        response = self._transport.send(
            "GET", "/webhooks", query={"limit": limit, "after": after, "before": before, "fields": fields}
        )
        return cast(models.Webhooks, response.json())

    def create_endpoint(
        self,
        *,
        url: str,
        description: str | NotGiven = NOT_GIVEN,
        filters: list[str] | NotGiven = NOT_GIVEN,
        personal: bool | NotGiven = NOT_GIVEN,
        alert_email: str | None | NotGiven = NOT_GIVEN,
        scheme: Literal["v1", "v1a"] | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Webhook:
        """Make an endpoint with a fresh secret; answers it. `filters` are types of events, or beginnings such as
        `invoice.*`; none for all. `scheme` is v1 (HMAC) or v1a (Ed25519). `personal` has personal values sent
        along, and needs the permission activity.export.

        `POST /webhooks` · webhooks.manage
        """
        response = self._transport.send(
            "POST",
            "/webhooks",
            body={
                "url": url,
                "description": description,
                "filters": filters,
                "personal": personal,
                "alert_email": alert_email,
                "scheme": scheme,
            },
            key=idempotency_key,
        )
        return cast(models.Webhook, response.json() if response.content else None)

    def delete_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.DeletedWebhook:
        """Delete an endpoint with all that waits for it.

        `DELETE /webhooks/{endpoint_id}` · webhooks.manage
        """
        response = self._transport.send("DELETE", f"/webhooks/{segment(endpoint_id)}", key=idempotency_key)
        return cast(models.DeletedWebhook, response.json() if response.content else None)

    def get_endpoint(
        self,
        endpoint_id: str,
        *,
        fields: str | None = None,
    ) -> models.Webhook:
        """One endpoint.

        `GET /webhooks/{endpoint_id}` · webhooks.view
        """
        response = self._transport.send("GET", f"/webhooks/{segment(endpoint_id)}", query={"fields": fields})
        return cast(models.Webhook, response.json())

    def update_endpoint(
        self,
        endpoint_id: str,
        *,
        url: str | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        filters: list[str] | NotGiven = NOT_GIVEN,
        personal: bool | NotGiven = NOT_GIVEN,
        alert_email: str | None | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Webhook:
        """Change what is given of an endpoint; answers it.

        `PATCH /webhooks/{endpoint_id}` · webhooks.manage
        """
        response = self._transport.send(
            "PATCH",
            f"/webhooks/{segment(endpoint_id)}",
            body={
                "url": url,
                "description": description,
                "filters": filters,
                "personal": personal,
                "alert_email": alert_email,
            },
            key=idempotency_key,
        )
        return cast(models.Webhook, response.json() if response.content else None)

    def list_deliveries(
        self,
        endpoint_id: str,
        *,
        status: Literal["waiting", "delivered", "failed"] | None = None,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.WebhookDeliveries:
        """A page of deliveries, the newest first; `counts` by status.

        `GET /webhooks/{endpoint_id}/deliveries` · webhooks.view
        """
        response = self._transport.send(
            "GET",
            f"/webhooks/{segment(endpoint_id)}/deliveries",
            query={"status": status, "limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.WebhookDeliveries, response.json())

    def get_delivery(
        self,
        endpoint_id: str,
        delivery_id: str,
        *,
        fields: str | None = None,
    ) -> models.WebhookDeliveryRecord:
        """A delivery with its request and its last attempts, cut at 4,096 characters.

        `GET /webhooks/{endpoint_id}/deliveries/{delivery_id}` · webhooks.view
        """
        response = self._transport.send(
            "GET", f"/webhooks/{segment(endpoint_id)}/deliveries/{segment(delivery_id)}", query={"fields": fields}
        )
        return cast(models.WebhookDeliveryRecord, response.json())

    def redeliver(
        self,
        endpoint_id: str,
        delivery_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Redelivered:
        """Send a delivery again.

        `POST /webhooks/{endpoint_id}/deliveries/{delivery_id}/redeliver` · webhooks.manage
        """
        response = self._transport.send(
            "POST", f"/webhooks/{segment(endpoint_id)}/deliveries/{segment(delivery_id)}/redeliver", key=idempotency_key
        )
        return cast(models.Redelivered, response.json() if response.content else None)

    def disable_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Webhook:
        """Send nothing to an endpoint; what it wants waits.

        `POST /webhooks/{endpoint_id}/disable` · webhooks.manage
        """
        response = self._transport.send("POST", f"/webhooks/{segment(endpoint_id)}/disable", key=idempotency_key)
        return cast(models.Webhook, response.json() if response.content else None)

    def enable_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> models.Webhook:
        """Send what waits for an endpoint, and what comes.

        `POST /webhooks/{endpoint_id}/enable` · webhooks.manage
        """
        response = self._transport.send("POST", f"/webhooks/{segment(endpoint_id)}/enable", key=idempotency_key)
        return cast(models.Webhook, response.json() if response.content else None)

    def redeliver_since(
        self,
        endpoint_id: str,
        *,
        since: str,
        failed_only: bool | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Redelivered:
        """Send again what became the endpoint's since a time, 10,000 at most; answers how many. With `failed_only` what
        was given up. Each comes in its old place of its client's order, under its old id.

        `POST /webhooks/{endpoint_id}/redeliver` · webhooks.manage
        """
        response = self._transport.send(
            "POST",
            f"/webhooks/{segment(endpoint_id)}/redeliver",
            body={"since": since, "failed_only": failed_only},
            key=idempotency_key,
        )
        return cast(models.Redelivered, response.json() if response.content else None)

    def list_secrets(
        self,
        endpoint_id: str,
        *,
        limit: int | None = None,
        after: str | None = None,
        before: str | None = None,
        fields: str | None = None,
    ) -> models.WebhookSecrets:
        """A page of what the receiver verifies with, the newest first: shared secrets, or public keys.

        `GET /webhooks/{endpoint_id}/secrets` · webhooks.manage
        """
        response = self._transport.send(
            "GET",
            f"/webhooks/{segment(endpoint_id)}/secrets",
            query={"limit": limit, "after": after, "before": before, "fields": fields},
        )
        return cast(models.WebhookSecrets, response.json())

    def rotate_secret(
        self,
        endpoint_id: str,
        *,
        overlap_hours: int | NotGiven = NOT_GIVEN,
        idempotency_key: str | None = None,
    ) -> models.Webhook:
        """Sign with a fresh secret from now on; answers the endpoint. The secret before signs as well for `overlap_hours`,
        24 unless given.

        `POST /webhooks/{endpoint_id}/secrets` · webhooks.manage
        """
        response = self._transport.send(
            "POST",
            f"/webhooks/{segment(endpoint_id)}/secrets",
            body={"overlap_hours": overlap_hours},
            key=idempotency_key,
        )
        return cast(models.Webhook, response.json() if response.content else None)


class Sections:
    """The whole API, by its sections."""

    def __init__(self, transport: Transport):
        self.activity = ActivitySection(transport)
        self.billing = BillingSection(transport)
        self.client_groups = ClientGroupsSection(transport)
        self.clients = ClientsSection(transport)
        self.contacts = ContactsSection(transport)
        self.credits = CreditsSection(transport)
        self.custom_fields = CustomFieldsSection(transport)
        self.documents = DocumentsSection(transport)
        self.domains = DomainsSection(transport)
        self.events = EventsSection(transport)
        self.impersonations = ImpersonationsSection(transport)
        self.imports = ImportsSection(transport)
        self.invoices = InvoicesSection(transport)
        self.jobs = JobsSection(transport)
        self.me = MeSection(transport)
        self.notes = NotesSection(transport)
        self.orders = OrdersSection(transport)
        self.payments = PaymentsSection(transport)
        self.products = ProductsSection(transport)
        self.search = SearchSection(transport)
        self.services = ServicesSection(transport)
        self.staff = StaffSection(transport)
        self.status = StatusSection(transport)
        self.system = SystemSection(transport)
        self.tags = TagsSection(transport)
        self.tickets = TicketsSection(transport)
        self.views = ViewsSection(transport)
        self.webhooks = WebhooksSection(transport)
