"""One record in two browsers and at the API at once: notes, tags, custom fields and profile are edited in turns that a
seed chooses, while what the others have begun to type stands half done in their forms.

Each edit is accepted, and then the record holds it until a later one is; or it is refused because another came first,
which its person is told. Nothing that is typed is taken away.
"""

import os
import random
import re
import secrets
import uuid
from dataclasses import dataclass, field

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from tests.support.browser.live_pages import opened
from tests.support.browser.system import System

EDITS = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 40
PROFILE = ("city", "state", "address2")
FILLED = {"text": "x", "textarea": "x", "checkbox": True, "date": "2026-11-22"}
MEANWHILE = re.compile("meanwhile")
TYPED_BEFORE = 3


@dataclass
class Draft:
    """What a person has begun: `name` of `kind` shall hold `text`, or be checked; `seen` is what the form was drawn with.
    Once it is accepted, whether it `changes` anything."""

    kind: str
    name: str
    text: str
    seen: object
    changes: bool = False


@dataclass
class Record:
    """What the client's record has to hold by the edits accepted so far, and the API as one more who edits."""

    system: System
    client: dict
    chance: random.Random
    tags: dict[str, str]
    field_ids: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    tagged: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PROFILE, ""))
    version: int = 1
    drafts: int = 0
    edits: int = 0
    refused: int = 0

    @property
    def path(self) -> str:
        return f"/admin/clients/{self.client['id']}"

    def draft(self, who: str) -> Draft:
        """An edit of something, from what stands there now."""
        kind = self.chance.choice(("note", "tag", "value", "profile"))
        self.drafts += 1
        text = f"{kind} {self.drafts} of {who}"
        match kind:
            case "tag":
                name = self.chance.choice(sorted(self.tags))
                return Draft(kind, name, "" if name in self.tagged else name, None)
            case "value":
                name = self.chance.choice(self.field_ids)
                return Draft(kind, name, text, self.values.get(name))
            case "profile":
                return Draft(kind, self.chance.choice(PROFILE), text, self.version)
        return Draft(kind, "", text, None)

    def refuses(self, draft: Draft) -> bool:
        """Whether somebody else has changed what this would overwrite since it was begun."""
        now = {"value": self.values.get(draft.name), "profile": self.version}.get(draft.kind)
        return now != draft.seen

    def accept(self, draft: Draft) -> None:
        """The record holds this from now on."""
        draft.changes = draft.kind != "tag" or bool(draft.text) != (draft.name in self.tagged)
        match draft.kind:
            case "note":
                self.notes.append(draft.text)
            case "tag":
                (self.tagged.add if draft.text else self.tagged.discard)(draft.name)
            case "value":
                self.values[draft.name] = draft.text
            case "profile":
                self.profile[draft.name] = draft.text
                self.version += 1

    def edit(self, draft: Draft) -> None:
        """The same edit by the API; refused when it is late, and then not made."""
        answer = self._send(draft)
        refuses = self.refuses(draft)
        assert answer.status_code in ((409, 412) if refuses else (200, 201)), answer.text
        self.edits += 1
        if refuses:
            assert re.search("meanwhile|after you had opened", answer.text)
            self.refused += 1
        else:
            self.accept(draft)

    def _send(self, draft: Draft) -> requests.Response:
        match draft.kind:
            case "note":
                return self._write("POST", "/notes", {"body": draft.text})
            case "tag":
                seen = [self.tags[name] for name in self.tagged]
                left = [tag for tag in seen if tag != self.tags[draft.name]]
                wanted = [*left, self.tags[draft.name]] if draft.text else left
                return self._write("PUT", "/tags", {"tags": wanted, "was": seen})
            case "value":
                given = {"values": {draft.name: draft.text}, "was": {draft.name: draft.seen}}
                return self._write("PUT", "/custom-fields", given)
        return self._write("PATCH", "", {draft.name: draft.text}, **{"If-Match": f'"{draft.seen}"'})

    def _write(self, method: str, path: str, body: dict, **headers: str) -> requests.Response:
        headers |= {"Authorization": f"Bearer {self.system.token}", "Idempotency-Key": secrets.token_hex(16)}
        address = f"{self.system.origin}/api/v1/clients/{self.client['id']}{path}"
        return requests.request(method, address, json=body, headers=headers, timeout=30)

    def require_whole(self) -> None:
        """Whether the API answers what was accepted and nothing else."""
        about = f"/clients/{self.client['id']}"
        answer = self.system.get(about)
        assert answer.headers["ETag"] == f'"{self.version}"'
        kept = {name: answer.json()["profile"][name] for name in PROFILE}
        assert kept == self.profile
        values = {one["id"]: one["value"] for one in self.system.rows(f"{about}/custom-fields", limit=100)}
        assert {name: values[name] for name in self.values} == self.values
        assert {one["name"] for one in self.system.rows(f"{about}/tags", limit=100)} == self.tagged
        assert sorted(self._every_note()) == sorted(self.notes)

    def _every_note(self) -> list[str]:
        found, after = [], None
        while True:
            more = {"after": after} if after else {}
            answer = self.system.get(f"/clients/{self.client['id']}/notes", limit=100, **more).json()
            found += [one["body"] for one in answer["data"]]
            if (after := answer["page"]["next"]) is None:
                return found


class Person:
    """Somebody with the record open, who begins an edit in one turn and ends it in a later one."""

    def __init__(self, name: str, page: Page, record: Record):
        self.name, self.page, self.record = name, page, record
        self.draft: Draft | None = None

    @property
    def box(self) -> Locator:
        """Where the draft is typed."""
        match self.draft.kind:
            case "note":
                return self.page.get_by_label("New note")
            case "tag":
                return self.page.get_by_role("dialog").get_by_label(self.draft.name)
        return self.page.locator(f"[id='f-{self.draft.name}']")

    def begin(self) -> None:
        """Open the form of an edit and type its first letters."""
        self.draft = self.record.draft(self.name)
        self._open({"note": "/notes", "value": "/custom-fields", "profile": "/edit", "tag": "/notes"}[self.draft.kind])
        if self.draft.kind == "tag":
            self.page.get_by_role("link", name=re.compile("(Add|Edit) tags")).click()
            self.box.set_checked(bool(self.draft.text))
        elif self.draft.kind == "note":
            self.box.press_sequentially(self.draft.text[:TYPED_BEFORE])
        else:
            self.box.fill(self.draft.text[:TYPED_BEFORE])
            self.draft.seen = self._drawn()
        self.require_typed()

    def _drawn(self) -> int | str | None:
        """What the form says that it was drawn with: the version of the profile, the value of a custom field."""
        if self.draft.kind == "profile":
            return int(self.page.locator("form [name=version]").input_value())
        return self.page.locator(f"[name='was.{self.draft.name}']").input_value() or None

    def _open(self, place: str) -> None:
        if self.page.url.partition("?")[0] != f"{self.record.system.origin}{self.record.path}{place}":
            opened(self.page, f"{self.record.path}{place}")

    def require_typed(self, text: str | None = None) -> None:
        """What was typed stands there still."""
        if self.draft is not None and self.draft.kind == "tag":
            expect(self.box).to_be_checked(checked=bool(self.draft.text))
        elif self.draft is not None:
            expect(self.box).to_have_value(self.draft.text[:TYPED_BEFORE] if text is None else text)

    def see(self, other: Draft) -> None:
        """Another edit is through, which a form of the same kind is told of; what is typed stays."""
        if other.changes and self.draft is not None and self.draft.kind == other.kind:
            if other.kind == "note":
                expect(self.page.locator("#panel .notes")).to_contain_text(other.text)
            else:
                expect(self.page.locator(".live-note").first).to_contain_text("What you typed stays")
        self.require_typed()

    def end(self) -> Draft:
        """Type the rest and save; where somebody else came first that is said, what was typed stays, and saving again is
        meant. The draft, which was accepted."""
        draft = self.draft
        if draft.kind != "tag":
            self.box.press("End")
            self.box.press_sequentially(draft.text[TYPED_BEFORE:])
            self.require_typed(draft.text)
        self._save()
        if self.record.refuses(draft):
            expect(self.page.get_by_role("alert").filter(has_text=MEANWHILE)).to_be_visible()
            self.require_typed(draft.text)
            self.record.edits, self.record.refused = self.record.edits + 1, self.record.refused + 1
            self._save()
        self._require_saved()
        self.draft = None
        self.record.accept(draft)
        self.record.edits += 1
        return draft

    def _save(self) -> None:
        names = {"note": "Add Note", "tag": "Save Tags", "value": "Save", "profile": "Save changes"}
        self.page.get_by_role("button", name=names[self.draft.kind], exact=True).click()

    def _require_saved(self) -> None:
        match self.draft.kind:
            case "note":
                expect(self.page.locator("#panel .notes")).to_contain_text(self.draft.text)
                expect(self.box).to_have_value("")
            case "tag":
                expect(self.page.get_by_role("dialog")).to_have_count(0)
            case "value":
                expect(self.page.locator(f"[name='was.{self.draft.name}']")).to_have_value(self.draft.text)
            case "profile":
                expect(self.page).to_have_url(re.compile(f"{self.record.path}$"))


@pytest.fixture
def record(system) -> Record:
    """A client whom nobody but this test edits, with tags and custom fields to give to it."""
    chance = random.Random(seed := int(os.environ.get("EDITS_SEED", random.randrange(10**6))))
    print(f"EDITS_SEED={seed}")
    client, word = system.new_client(), uuid.uuid4().hex[:8]
    tags = {
        name: system.post("/tags", {"name": name, "colour": "#4263eb"})["id"]
        for name in (f"{word} {number}" for number in "abc")
    }
    own = [system.post("/custom-fields", {"label": f"{word} {number}", "type": "text"})["id"] for number in "de"]
    asked = [one for one in system.rows(f"/clients/{client['id']}/custom-fields", limit=100) if one["required"]]
    made = Record(system, client, chance, tags, tuple(own))
    if asked:
        given = {one["id"]: FILLED.get(one["type"]) or one["options"][0] for one in asked}
        assert made._write("PUT", "/custom-fields", {"values": given}).status_code == 200
    return made


def test_of_many_edits_by_two_and_the_api_none_is_lost_and_none_overwritten(
    page, open_page, ben, record, console_messages
):
    console_messages.expect_status(409, 412)
    people = [Person("Ada", page, record), Person("Ben", open_page(storage_state=ben), record)]
    late = record.draft("the API")
    while record.edits < EDITS:
        who = record.chance.choice((*people, None))
        if who is None:
            done, late = (
                (late, record.draft("the API")) if record.chance.random() < 0.3 else (record.draft("the API"), late)
            )
            record.edit(done)
        elif who.draft is None:
            who.begin()
            continue
        else:
            done = who.end()
        for other in people:
            other.see(done)
    for who in people:
        if who.draft is not None:
            who.end()
    record.require_whole()
    print(f"{record.edits} edits, {record.refused} of them refused and told")
