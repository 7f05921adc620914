"""The load of a drill: what it counts as answered, refused, failed and lost."""

from tools.ops.steady_load import HEAD, Phase


def test_a_phase_says_what_became_of_each_request_and_how_long_they_took():
    phase = Phase(
        "upgrade", begun=100.0, seconds=[0.01] * 97 + [1.0, 1.0, 2.0], answered=95, refused=3, failed=["no", "no"]
    )
    cells = [one.strip() for one in phase.row(160.0, lost=1).strip("|").split("|")]
    named = dict(zip((one.strip() for one in HEAD.strip("|").split("|")), cells, strict=True))
    assert named == {
        "phase": "upgrade",
        "seconds": "60",
        "sent": "100",
        "answered": "95",
        "refused for a moment": "3",
        "failed": "2",
        "lost": "1",
        "p50 ms": "10",
        "p95 ms": "10",
        "p99 ms": "1990",
    }
