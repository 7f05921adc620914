"""The words of docs/glossary.md are the only ones: what something was called before does not come back.

Looked at is every text file of the repository. A word that is right in one place stands in `EXCEPTIONS` with its
reason; an exception that is not needed any more fails the test too.
"""

import re
import subprocess
from fnmatch import fnmatch, fnmatchcase

import pytest

from tools.docs.documents import ROOT

# What a retired word looks like, and what to write instead.
RETIRED = {
    r"\bTurn\b(?=[(:\]]| import)|\bturn\.[a-z]|\bturn: [A-Z]|\(turn[,)]|'s turn\b": "ctx, RequestContext",
    r"\bWayIn\b|(?<!on its )(?<!on their )(?<!for )\b[Ww]ays?[ _-]in\b": "sign-in, SignInFlow, impersonation_url, credentials",
    r"\b\w*[Dd]oors?\b|_doors?_": "RPC method, RpcEntrypoint",
    r"\b(takes|gives)=": "request=, response=",
    r"\b[Vv]isit(s|ed|ors?|ing)?\b|_visit(or)?s?_": "impersonation, impersonator",
    r"\bSHAPES\b|\w_shapes?\b|\bshape_of\b|\bapi[./]shapes\b|\bshapes? on the bus\b": "response schema",
    r"\bdress(ing|ings|es|ed)?\b": "response_headers, theme",
    r"\b([Ww]ears?|[Ww]orn|WORN)\b": "have, carry",
    r"\bdialogs\.\w|\bimport dialogs\b|\bstaff_words\b|\bassigning\b|\bgateway\.confirming\b": "forms, labels, ticket_assignee",
    r"\bown_forms\b|\bcall_own\b|\bgather_own\b|\bOwn(Doors|Rpc)\b": "account_forms, call_as_self, MyAccountRpc",
    r"\bown_login\b|\bportal_ending\b|\bsecond_step\b|\beach_client\b": "current_login, revoke_contact_access, "
    "finish_sign_in, login_streams",
    r"\bbelongings\b": "contacts, notes, custom_fields",
    r"\bmail_words\b|\bimport send_mails\b": "mail_templates, mail/send",
    r"\bimport (after_paid|drafting|invoicing|placing|ordered|wire)\b": "drafts, lifecycle, placement, paid, serializers",
    r"\b[Cc]ourier\b|\bcarry_batch\b|\bjoined_work\b": "ConfirmingPublisher, publish_batch, nested_unit_of_work",
    r"\b[Cc]rash[ _]points?\b": "failpoint",
    r"\bimport Places\b|\bPlaces[(:\]]|\bchassis[./]places\b": "KeyedSemaphore, limits",
    r"\b[Nn]otary\b": "checkpoint signer",
    r"\btelling\b|\b[Ss]tand-?in\b|\bStandIn\b|\bdeadly\b|\bAsking\b": "outbox_helpers, fake_service, crashing_service, "
    "route_sampler",
    r"\bhalf(-| of a | a )?session\b": "pending sign-in",
    r"\b([Hh]ouse|HOUSE)\b": "system, Commerce, ours",
    r"\b_?(say|tell|hear|said|told|heard)\(": "report, publish, record, receive",
    r"\b_?(said|told|heard) ?(=|\.\w|\[)|\b(SAID|TOLD|HEARD|HEARS|ASKS)\b": "message, response, events, received",
    r"\bchassis\.(order|intake|operations|crash|network|calls|listen|relay|paging|site|money|fields)\b": "the module in its "
    "folder of chassis/",
    r"\bdeploy[./](dev|seed|bench|faults|docs|doors|check|audit_verify|openapi|json_schema)\b": "tools/",
}
# Where a retired word is right: (file, what stands there), both as patterns, and why.
EXCEPTIONS = {
    ("gateway/templates/portal/access.html", "visit"): "a sentence that clients read",
    ("gateway/templates/portal/access.html", "visited"): "a sentence that clients read",
    ("gateway/templates/portal/profile.html", "visit"): "a sentence that clients read",
    ("gateway/templates/portal/no_impersonation.html", "way in"): "a heading that staff read",
    ("services/clients/migrations/versions/*", "*[Vv]isits*"): "the table's name in a released migration",
    ("tests/browser/test_client_status.py", "house"): "a client moves house",
    ("tools/seed/people.py", "House"): "a part of invented companies' names",
    ("tools/seed/shared_rows.py", "house"): "a seed of the generator: another one, and the demo data would be others",
}
# Files that are not ours to word.
FOREIGN = (
    "*/vendor/*",
    "tests/data/chinook/*.csv",
    "requirements.lock",
    "LICENSE",
    "tests/architecture/test_retired_words.py",
)


def tracked_lines() -> list[tuple[str, int, str]]:
    """(file, number, line) of every tracked text file of ours."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, tracked.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if b"\0" not in content and not any(fnmatch(name, pattern) for pattern in FOREIGN):
            found += [(name, number, line) for number, line in enumerate(content.decode().splitlines(), 1)]
    return found


LINES = tracked_lines()


def hits(word: str) -> list[tuple[str, int, str]]:
    """(file, number, what was found) of each line with a retired word."""
    pattern = re.compile(word)
    return [(file, number, match[0]) for file, number, line in LINES for match in pattern.finditer(line)]


def exception_of(file: str, found: str) -> tuple[str, str] | None:
    return next((one for one in EXCEPTIONS if fnmatch(file, one[0]) and fnmatchcase(found, one[1])), None)


@pytest.mark.parametrize("word", RETIRED, ids=RETIRED.values())
def test_a_retired_word_stands_nowhere(word):
    found = [
        f"{file}:{number}: {text!r}, write: {RETIRED[word]}"
        for file, number, text in hits(word)
        if exception_of(file, text) is None
    ]
    assert found == []


def test_every_exception_is_needed():
    needed = {exception_of(file, text) for word in RETIRED for file, _, text in hits(word)}
    assert set(EXCEPTIONS) - needed == set()
