"""`./dev test --changed` finds the tests near a change, and each of the kinds that it promises."""

from pathlib import Path

import pytest

from tools.dev.paths import CHECKOUT
from tools.nearest_tests import nearest_tests


@pytest.fixture(autouse=True)
def in_the_checkout(monkeypatch):
    monkeypatch.chdir(CHECKOUT)


@pytest.mark.parametrize(
    ("changed", "near", "far"),
    [
        ("chassis/types/money.py", "chassis/tests/types/test_money.py", "services/billing/tests/test_rpc.py"),
        (
            "services/billing/commands/invoices/drafts.py",
            "services/billing/tests/invoices/test_arithmetic.py",
            "services/clients/tests/test_rules.py",
        ),
        ("gateway/templates/clients/notes.html", "tests/browser/test_notes.py", "tests/browser/test_orders.py"),
        ("tests/browser/test_orders.py", "tests/browser/test_orders.py", "tests/browser/test_notes.py"),
        ("README.md", "tests/architecture/test_docs_paths.py", "tests/browser/test_notes.py"),
    ],
)
def test_it_chooses_what_is_near_and_leaves_what_is_far(changed, near, far):
    chosen = nearest_tests([Path(changed)])
    assert near in chosen
    assert far not in chosen
    assert "tests/architecture/test_docs_paths.py" in chosen


def test_a_module_deep_below_brings_the_tests_that_reach_it_through_others():
    """The test of the rules names only the commands; they import the totals."""
    assert "services/billing/tests/invoices/test_money_states.py" in nearest_tests([Path("services/billing/rules.py")])


def test_nothing_changed_means_no_test():
    assert nearest_tests([]) == []
