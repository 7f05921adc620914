"""The passwords of a system: made once, renewed for one process at a time."""

from tools.dev import passwords
from tools.dev.paths import CHECKOUT, Paths


def test_a_service_is_given_new_passwords_and_everybody_else_keeps_theirs(tmp_path):
    paths = Paths(CHECKOUT, tmp_path)
    before = passwords.load_passwords(paths, "rabbitmq_warehouse")
    passwords.renew(paths, "billing")
    after = passwords.load_passwords(paths)
    assert {name for name in before if after[name] != before[name]} == {
        "billing_app",
        "billing_owner",
        "rabbitmq_billing",
    }
