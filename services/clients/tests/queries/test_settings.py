"""Settings: custom fields, groups and tags in their order, and who may see them."""

import pytest

from chassis.errors import ServiceProblem
from services.clients.models import ClientGroup, CustomField, CustomFieldValue, Tag
from services.clients.queries import custom_fields, settings


@pytest.fixture
def client_id(make_client):
    return make_client("Ann", "Lee")


def test_every_custom_field_is_shown_in_its_order_with_or_without_a_value(session, client_id):
    manager = CustomField(label="Account manager", type="select", options=["Ada", "Bob"], required=True, position=2)
    window = CustomField(label="Maintenance", type="checkbox", position=1, visibility="client_edit")
    session.add_all([manager, window])
    session.flush()
    session.add(CustomFieldValue(client_id=client_id, field_id=window.id, value=False))
    session.commit()
    assert custom_fields.custom_field_values(session, client_id) == {
        "data": [
            {
                "id": str(window.id),
                "label": "Maintenance",
                "type": "checkbox",
                "value": False,
                "visibility": "client_edit",
                "options": [],
                "required": False,
            },
            {
                "id": str(manager.id),
                "label": "Account manager",
                "type": "select",
                "value": None,
                "visibility": "staff_only",
                "options": ["Ada", "Bob"],
                "required": True,
            },
        ]
    }
    assert [field["order"] for field in settings.custom_fields(session)["data"]] == [1, 2]


def test_names_stand_where_a_reader_looks_for_them_whatever_their_case_and_accents(session, make_client):
    wanted = ["agency", "Élite", "enterprise", "VIP", "Österreich", "Zürich"]
    in_order = ["agency", "Élite", "enterprise", "Österreich", "VIP", "Zürich"]
    session.add_all([made(name=name, colour="#112233") for made in (ClientGroup, Tag) for name in wanted])
    session.commit()
    for listed in (settings.groups, settings.tags):
        assert [row["name"] for row in listed(session)["data"]] == in_order


def test_groups_and_tags_are_listed_by_name_and_groups_counted_when_asked(session, make_client):
    session.add_all(
        [
            vip := ClientGroup(name="vip", colour="#c99700", description="First", discount_percent="5"),
            ClientGroup(name="Agency", colour="#112233"),
            Tag(name="b", colour="#000000"),
            Tag(name="A", colour="#ffffff"),
        ]
    )
    session.commit()
    make_client(group_id=vip.id)
    agency, vip_row = settings.groups(session, counts=True)["data"]
    assert (agency["name"], agency["clients"], agency["discount_percent"]) == ("Agency", 0, "0.00")
    assert vip_row == {
        "id": str(vip.id),
        "name": "vip",
        "colour": "#c99700",
        "description": "First",
        "discount_percent": "5.00",
        "clients": 1,
    }
    assert "clients" not in settings.groups(session, counts=False)["data"][0]
    assert [tag["name"] for tag in settings.tags(session)["data"]] == ["A", "b"]


def test_groups_are_open_to_whoever_sees_clients_or_settings_and_to_nobody_else(service, calls, make_caller):
    for permissions in (("clients.view",), ("settings.view",)):
        assert calls.call(make_caller(permissions=permissions), "clients.list_groups", seconds=5) == {"data": []}
    with pytest.raises(ServiceProblem) as refusal:
        calls.call(make_caller(permissions=("tickets.view",)), "clients.list_tags", seconds=5)
    assert refusal.value.code == "forbidden"
