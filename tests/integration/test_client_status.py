"""The client's status through the API; with it, what holds for each command under a client."""

import uuid


def test_a_status_is_changed_and_answered_with_the_record(system):
    client = system.new_client()
    answer = system.post(f"/clients/{client['id']}/status", {"status": "suspended", "reason": "Asked for it"})
    assert (answer.status_code, answer.json()["status"]) == (200, "suspended")
    assert answer.headers["ETag"] == '"1"'


def test_the_same_key_gives_the_first_answer_again_and_is_refused_for_another_body(system):
    client, key = system.new_client(), {"Idempotency-Key": uuid.uuid4().hex}
    path, body = f"/clients/{client['id']}/status", {"status": "inactive", "reason": "Closed"}
    first = system.post(path, body, headers=key)
    assert (system.post(path, body, headers=key).json(), first.status_code) == (first.json(), 200)
    other = system.post(path, {**body, "reason": "Another"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-reuse")


def test_a_body_never_says_whose_record_it_is(system):
    mine, other = system.new_client(), system.new_client()
    answer = system.post(
        f"/clients/{mine['id']}/status", {"status": "inactive", "reason": "Closed", "client_id": other["id"]}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/client_id")
    assert {system.get(f"/clients/{one['id']}").json()["status"] for one in (mine, other)} == {"active"}


def test_a_client_that_does_not_exist_is_not_found(system):
    answer = system.post(f"/clients/{uuid.uuid4()}/status", {"status": "inactive", "reason": "Closed"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
