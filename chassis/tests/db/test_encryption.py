"""Column encryption: what is stored, under which key, and how keys are rotated."""

import stat

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, type_coerce

from chassis.db.encryption import EncryptedText, Keyring, renew, rotate


@pytest.fixture
def file(tmp_path):
    """A keyring with one key."""
    rotate(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def secrets(sample_session, file, monkeypatch) -> Table:
    """A table with an encrypted column, for one test, in a process with that keyring."""
    monkeypatch.setattr(EncryptedText, "keyring", Keyring(file))
    table = Table(
        "secrets",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("secret", EncryptedText),
        prefixes=["TEMPORARY"],
    )
    table.create(sample_session.connection())
    return table


def stored(session, table) -> dict[int, str]:
    """What the database itself holds."""
    return dict(session.execute(select(table.c.id, type_coerce(table.c.secret, Text)).order_by(table.c.id)).all())


def test_a_value_is_read_plain_and_stored_encrypted_under_its_keys_name(sample_session, secrets):
    sample_session.execute(insert(secrets), [{"id": 1, "secret": "canary"}, {"id": 2, "secret": None}])
    assert sample_session.execute(select(secrets.c.secret).order_by(secrets.c.id)).scalars().all() == ["canary", None]
    held = stored(sample_session, secrets)
    assert held[1].startswith(f"{EncryptedText.keyring.newest}:") and "canary" not in held[1] and held[2] is None


def test_after_a_rotation_everything_is_under_the_new_key_and_the_old_one_can_go(
    sample_session, secrets, file, monkeypatch
):
    sample_session.execute(insert(secrets), [{"id": 1, "secret": "before"}, {"id": 2, "secret": None}])
    old = file.read_text()
    rotate(file)
    assert file.read_text().split()[1:] == old.split() and stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setattr(EncryptedText, "keyring", Keyring(file))
    assert sample_session.scalar(select(secrets.c.secret).where(secrets.c.id == 1)) == "before"
    counts = [renew(sample_session.connection(), secrets.c.secret, EncryptedText.keyring) for _ in range(2)]
    assert counts == [1, 0]
    file.write_text(file.read_text().split()[0])
    monkeypatch.setattr(EncryptedText, "keyring", Keyring(file))
    assert sample_session.scalar(select(secrets.c.secret).where(secrets.c.id == 1)) == "before"


def test_what_was_stored_plain_before_there_was_a_key_is_encrypted_at_the_start(sample_session, secrets):
    sample_session.execute(insert(secrets).values(id=1, secret=type_coerce("JBSWY3DP", Text)))
    assert stored(sample_session, secrets) == {1: "JBSWY3DP"}
    assert renew(sample_session.connection(), secrets.c.secret, EncryptedText.keyring) == 1
    assert "JBSWY3DP" not in stored(sample_session, secrets)[1]
    assert sample_session.scalar(select(secrets.c.secret)) == "JBSWY3DP"


@pytest.mark.parametrize("change", ["cut", "other key", "plain"])
def test_a_value_that_was_changed_or_is_another_keys_is_not_believed(file, tmp_path, change):
    value = Keyring(file).encrypt("canary")
    rotate(tmp_path / "other")
    forged = {"cut": value[:-4], "other key": Keyring(tmp_path / "other").encrypt("canary"), "plain": "canary"}[change]
    with pytest.raises(ValueError, match="not encrypted by a key"):
        Keyring(file).decrypt(forged)


def test_a_keyring_has_to_hold_a_key(tmp_path):
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(ValueError, match="holds no key"):
        Keyring(tmp_path / "empty")
