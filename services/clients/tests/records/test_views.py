"""Saved views: made, shared, arranged and deleted."""

from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.db.tables import outbox
from chassis.errors import ServiceProblem
from chassis.types.ids import new_id
from services.clients import our_views
from services.clients.models import ListSettings, SavedView

VIEW = {"name": "VIP debtors", "filter": 'outstanding > 0 AND tag:"VIP"', "sort": "-outstanding", "columns": ["phone"]}
OWES, OVERDUE = (str(view.id) for view in our_views.VIEWS[:2])


@pytest.fixture
def person(make_caller):
    """`person("clients.view", …)`: a staff member of their own with these permissions."""
    return lambda *permissions: make_caller(id=str(new_id()), permissions=permissions or ("clients.view",))


@pytest.fixture
def ask(service, calls, session):
    """`ask(caller, "create_view", …)`: an RPC method of the clients service."""

    def call(caller, rpc, **given):
        return calls.call(caller, f"clients.{rpc}", seconds=5, writes=True, **given)

    return call


@pytest.fixture
def again(make_caller):
    """`again(caller)`: another request of the same person."""
    return lambda caller: make_caller(id=caller.id, permissions=caller.permissions)


@pytest.fixture
def refused(ask):
    def call(caller, rpc, **given) -> ServiceProblem:
        with pytest.raises(ServiceProblem) as problem:
            ask(caller, rpc, **given)
        return problem.value

    return call


def names(answer) -> list[str]:
    return [view["name"] for view in answer["data"]]


def test_ten_views_are_there_from_the_start_and_five_are_in_the_bar(ask, person):
    views = ask(person(), "list_views")["data"]
    assert len(views) == 10 and all(view["ours"] and view["shared"] and view["owner"] is None for view in views)
    assert [view["name"] for view in views if view["pinned"]] == [
        "Owes",
        "Overdue 30 days and more",
        "Suspended with services running",
        "Never signed in",
        "New this month",
    ]


def test_a_view_is_saved_read_changed_and_deleted_and_each_is_told(ask, person, again, session):
    ann = person()
    made = ask(ann, "create_view", **VIEW)
    assert made == {
        **VIEW,
        "id": made["id"],
        "list": "clients",
        "q": "",
        "density": "",
        "shared": False,
        "ours": False,
        "owner": {"id": ann.id, "name": ""},
        "mine": True,
        "pinned": True,
        "default": False,
    }
    changed = ask(again(ann), "update_view", view_id=made["id"], name="VIPs", density="compact", columns=["email"])
    assert changed == {**made, "name": "VIPs", "density": "compact", "columns": ["email"]}
    assert ask(again(ann), "get_view", view_id=made["id"]) == changed
    assert ask(again(ann), "delete_view", view_id=made["id"]) == {"deleted": made["id"], "list": "clients"}
    published = session.execute(select(outbox.c.type, outbox.c.body, outbox.c.personal).order_by(outbox.c.id)).all()
    assert [row.type for row in published] == ["view.created.v1", "view.updated.v1", "view.deleted.v1"]
    assert {change["field"] for change in published[1].body["changes"]} == {"name", "density", "columns"}
    assert (
        all("VIP" not in str(row.body) for row in published) and published[0].personal["name"]["value"] == "VIP debtors"
    )


def test_a_view_of_ones_own_is_opened_by_a_colleague_who_has_the_link_and_not_listed(ask, person, again, refused):
    ann, bob = person(), person("clients.view", "views.share")
    made = ask(ann, "create_view", **VIEW)
    assert "VIP debtors" not in names(ask(bob, "list_views"))
    opened = ask(again(bob), "get_view", view_id=made["id"])
    assert (opened["filter"], opened["mine"], opened["pinned"]) == (VIEW["filter"], False, False)
    for rpc, given in (("update_view", {"name": "Mine"}), ("delete_view", {})):
        assert refused(again(bob), rpc, view_id=made["id"], **given).code == "not-found"


def test_sharing_needs_its_permission_and_so_does_changing_what_is_shared(ask, person, again, refused):
    ann, admin = person(), person("clients.view", "views.share")
    assert refused(ann, "create_view", **VIEW, shared=True).code == "forbidden"
    own = ask(again(ann), "create_view", **VIEW)
    assert refused(again(ann), "update_view", view_id=own["id"], shared=True).code == "forbidden"
    shared = ask(admin, "create_view", name="Everyone's", shared=True)
    assert ask(again(ann), "get_view", view_id=shared["id"])["shared"]
    for rpc, given in (("update_view", {"name": "Mine"}), ("delete_view", {})):
        assert refused(again(ann), rpc, view_id=shared["id"], **given).code == "forbidden"
    assert ask(again(ann), "update_view", view_id=shared["id"], pinned=True, default=True)["pinned"]
    listed = {view["name"]: view for view in ask(again(ann), "list_views")["data"]}
    assert listed["Everyone's"]["default"] and not listed["Everyone's"]["mine"]
    other = person("clients.view", "views.share")
    assert ask(other, "update_view", view_id=shared["id"], name="All of us")["name"] == "All of us"


def test_whoever_lost_the_permission_to_share_may_still_take_their_own_view_back(ask, person, make_caller, refused):
    admin = person("clients.view", "views.share")
    shared = ask(admin, "create_view", name="Everyone's", shared=True)

    def later():
        return make_caller(id=admin.id, permissions=("clients.view",))

    assert refused(later(), "update_view", view_id=shared["id"], name="Other").code == "forbidden"
    assert ask(later(), "update_view", view_id=shared["id"], shared=False)["shared"] is False
    assert ask(later(), "delete_view", view_id=shared["id"]) == {"deleted": shared["id"], "list": "clients"}


def test_what_every_business_has_is_neither_changed_nor_deleted_but_arranged(ask, person, again, refused):
    ann = person("*")
    for rpc, given in (("update_view", {"name": "Debtors"}), ("delete_view", {})):
        assert refused(again(ann), rpc, view_id=OWES, **given).code == "invalid-state"
    assert ask(again(ann), "update_view", view_id=OWES, pinned=False)["pinned"] is False
    assert names(ask(again(ann), "list_views"))[0] == "Overdue 30 days and more"


def test_a_name_that_one_sees_already_is_refused_and_a_colleagues_own_is_no_hindrance(ask, person, again, refused):
    ann, bob = person(), person()
    made = ask(ann, "create_view", **VIEW)
    for name in ("vip DEBTORS", "Owes", "OWES"):
        problem = refused(again(ann), "create_view", name=name)
        assert (problem.status, problem.errors[0]["pointer"]) == (409, "/name")
    assert refused(again(ann), "update_view", view_id=made["id"], name="owes").code == "duplicate"
    assert ask(again(ann), "update_view", view_id=made["id"], name="VIP Debtors")["name"] == "VIP Debtors"
    assert ask(bob, "create_view", **VIEW)["name"] == "VIP debtors"


def test_the_bar_is_arranged_for_its_person_alone(ask, person, again):
    ann, bob = person(), person()
    made = ask(ann, "create_view", name="Mine", filter="status = active")
    ask(again(ann), "update_view", view_id=made["id"], position=0)
    ask(again(ann), "update_view", view_id=OWES, position=2)
    assert names(ask(again(ann), "list_views"))[:3] == ["Mine", "Overdue 30 days and more", "Owes"]
    assert names(ask(bob, "list_views"))[0] == "Owes"
    ask(again(ann), "update_view", view_id=made["id"], pinned=True)
    assert names(ask(again(ann), "list_views"))[0] == "Mine"
    ask(again(ann), "update_view", view_id=made["id"], position=1000)
    assert names(ask(again(ann), "list_views"))[5] == "Mine"


def test_a_default_is_one_view_and_ends_with_it(ask, person, again, session):
    ann = person()
    first = ask(ann, "create_view", name="First", default=True)
    second = ask(again(ann), "create_view", name="Second", default=True)
    defaults = {view["name"] for view in ask(again(ann), "list_views")["data"] if view["default"]}
    assert defaults == {"Second"}
    ask(again(ann), "update_view", view_id=first["id"], default=False)
    assert ask(again(ann), "get_view", view_id=second["id"])["default"]
    assert ask(again(ann), "update_view", view_id=second["id"], default=False)["default"] is False
    assert session.scalar(select(ListSettings.default_view)) is None


def test_of_ten_saves_of_one_name_at_once_one_is_made(service, calls, make_caller, session):
    pending = [
        calls.start(make_caller(), "clients.create_view", seconds=10, writes=True, name=name)
        for name in ("Late", "late") * 5
    ]
    codes = []
    for call in pending:
        try:
            codes.append(call.result()["density"])
        except ServiceProblem as problem:
            codes.append(problem.code)
    assert sorted(codes) == [""] + ["duplicate"] * 9
    assert len(session.scalars(select(SavedView)).all()) == 1


def test_a_double_click_saves_once(service, calls, make_caller, session):
    key = "the-key-of-one-form-sent-twice"
    answers = [
        calls.start(make_caller(idempotency_key=key), "clients.create_view", seconds=10, writes=True, **VIEW)
        for _ in range(2)
    ]
    first, second = (answer.result() for answer in answers)
    assert first == second and len(session.scalars(select(SavedView)).all()) == 1


def test_people_who_pin_at_once_lose_nothing(service, calls, ask, person, again):
    ann = person()
    made = [ask(again(ann), "create_view", name=f"View {index}", pinned=False)["id"] for index in range(5)]
    pending = [
        calls.start(again(ann), "clients.update_view", seconds=10, writes=True, view_id=view_id, pinned=True)
        for view_id in made
    ]
    assert all(call.result()["pinned"] for call in pending)
    assert len([view for view in ask(again(ann), "list_views")["data"] if view["pinned"]]) == 10


def test_columns_widths_and_density_are_kept_for_a_person(ask, person, again):
    ann, field = person(), f"field:{new_id()}"
    assert ask(ann, "get_list_settings") == {"columns": [], "widths": {}, "density": "two_lines"}
    kept = ask(again(ann), "keep_list_settings", columns=["name", "phone", field], widths={"phone": 200})
    assert kept == {"columns": ["name", "phone", field], "widths": {"phone": 200}, "density": "two_lines"}
    assert ask(again(ann), "keep_list_settings", density="compact") == {**kept, "density": "compact"}
    assert ask(person(), "get_list_settings")["columns"] == []


def test_each_list_has_views_of_its_own_with_a_bar_and_a_default(ask, person, again):
    ann = person("clients.view", "invoices.view")
    owed = ask(ann, "create_view", list="invoices", name="Owes", filter="balance > 0", sort="due", default=True)
    assert (owed["list"], owed["sort"], owed["pinned"], owed["default"]) == ("invoices", "due", True, True)
    there = ask(again(ann), "list_views", list="invoices")["data"]
    assert [view["name"] for view in there if view["pinned"]][-1] == "Owes"
    assert {view["list"] for view in there} == {"invoices"} and any(view["ours"] for view in there)
    assert all(view["id"] != owed["id"] for view in ask(again(ann), "list_views")["data"])
    ask(again(ann), "update_view", view_id=OWES, pinned=False)
    assert ask(again(ann), "get_view", view_id=owed["id"])["pinned"]
    opened = ask(again(ann), "open_view", list="invoices", view="default")
    assert (opened["view"], opened["fault"]) == (owed, None)
    assert ask(again(ann), "open_view", list="invoices")["view"] is None
    for view_id, title in ((OWES, "This view is of another list."), (str(new_id()), "This view is gone.")):
        assert ask(again(ann), "open_view", list="invoices", view=view_id)["fault"]["title"] == title


def test_views_of_a_list_are_for_who_may_view_it(ask, person, again, refused):
    ann, support = person("clients.view", "invoices.view"), person()
    made = ask(ann, "create_view", list="invoices", name="Owed")
    for rpc, given in (
        ("list_views", {"list": "invoices"}),
        ("open_view", {"list": "invoices"}),
        ("get_view", {"view_id": made["id"]}),
        ("update_view", {"view_id": made["id"], "pinned": True}),
        ("create_view", {"list": "invoices", "name": "Owed"}),
    ):
        assert refused(again(support), rpc, **given).code == "forbidden"


@pytest.mark.parametrize(
    ("rpc", "given", "pointer"),
    [
        ("create_view", {"name": ""}, "/name"),
        ("create_view", {"name": "x" * 61}, "/name"),
        ("create_view", {"name": "a\u202eb"}, "/name"),
        ("create_view", {"name": "x", "filter": "x" * 10_001}, "/filter"),
        ("create_view", {"name": "x", "filter": "a\x00"}, "/filter"),
        ("create_view", {"name": "x", "sort": "password"}, "/sort"),
        ("create_view", {"name": "x", "columns": ["password"]}, "/columns/0"),
        ("create_view", {"name": "x", "columns": ["phone", "phone"]}, "/columns"),
        ("create_view", {"name": "x", "columns": ["field:7"]}, "/columns/0"),
        ("create_view", {"name": "x", "density": "tiny"}, "/density"),
        ("create_view", {"name": "x", "list": "products"}, "/list"),
        ("create_view", {"name": "x", "list": "invoices", "columns": ["phone"]}, "/columns"),
        ("create_view", {"name": "x", "list": "invoices", "density": "compact"}, "/density"),
        ("create_view", {"name": "x", "owner_id": "me"}, "/owner_id"),
        ("keep_list_settings", {"widths": {"phone": 39}}, "/widths/phone/value"),
        ("keep_list_settings", {"widths": {"phone": 801}}, "/widths/phone/value"),
        ("keep_list_settings", {"columns": ["'; DROP TABLE clients"]}, "/columns/0"),
    ],
)
def test_a_faulty_value_is_named_and_nothing_is_kept(ask, person, refused, session, rpc, given, pointer):
    problem = refused(person("clients.view", "invoices.view"), rpc, **given)
    assert (problem.status, [error["pointer"] for error in problem.errors]) == (422, [pointer])
    assert session.scalars(select(SavedView)).all() == session.scalars(select(ListSettings)).all() == []


def test_nobody_keeps_more_than_a_hundred_views(ask, person, again, refused, session):
    ann = person()
    session.add_all(SavedView(owner_id=UUID(ann.id), name=f"View {index}") for index in range(100))
    session.commit()
    assert refused(ann, "create_view", name="One more").code == "invalid-state"
    assert refused(person("settings.view"), "list_views").code == "forbidden"
