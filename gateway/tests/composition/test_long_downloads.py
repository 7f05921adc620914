"""Long downloads: a person has so many under way and no more, and each is over when its response is closed."""

from types import SimpleNamespace

import pytest
from werkzeug.wrappers import Response

from chassis.errors import ServiceProblem
from gateway.composition.long_downloads import AT_ONCE, long_download


@long_download
def export(ctx, *, fails: bool = False) -> Response:
    if fails:
        raise ServiceProblem("unavailable", "The clients service does not answer.")
    return Response([b"a row"])


def of(person: str) -> SimpleNamespace:
    return SimpleNamespace(identify=lambda: None, caller=SimpleNamespace(id=person))


def test_a_person_s_next_export_waits_for_the_end_of_one_and_nobody_else_s_does():
    open_ones = [export(of("ada")) for _ in range(AT_ONCE)]
    with pytest.raises(ServiceProblem) as refused:
        export(of("ada"))
    assert (refused.value.code, refused.value.extra["retry_after"]) == ("too-many-requests", 10)
    export(of("bob")).close()
    open_ones.pop().close()
    open_ones.append(export(of("ada")))
    for response in open_ones:
        response.close()


def test_an_export_that_fails_counts_no_longer():
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ServiceProblem, match="does not answer"):
            export(of("cay"), fails=True)
