"""Jobs: one replica steps, the next takes over, a step that fails is tried again."""

from collections import Counter

import pytest

from chassis.process import jobs
from chassis.process.jobs import Job, job, wake_job
from chassis.process.service import Service
from chassis.testing.plugin import wait_until

LOCK = 0x54455354
STEPS: Counter = Counter()


class Worker(Service):
    """Counts its steps; the second one fails."""

    name = "worker"

    @job(LOCK, idle=0.05)
    def step(self):
        STEPS["all"] += 1
        if STEPS["all"] == 2:
            raise ZeroDivisionError("this step fails once")
        return STEPS["all"] < 4


class Sleeper(Service):
    """Counts its steps, none of which finds anything."""

    name = "sleeper"

    @job(LOCK, idle=600.0)
    def seldom(self):
        STEPS["seldom"] += 1


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    STEPS.clear()
    monkeypatch.setattr(jobs, "FAULT_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "STANDBY_SECONDS", 0.05)


def worker(run_service, sample_database):
    """A started container and its job."""
    container = run_service(Worker, sample_database.app_url, issuer="support")
    return container, next(one for one in container.entrypoints if isinstance(one, Job))


def test_a_step_that_fails_is_tried_again_and_steps_follow_each_other(run_service, sample_database):
    worker(run_service, sample_database)
    wait_until(lambda: STEPS["all"] > 4, "steps after the one that failed")


def test_a_replica_takes_over_when_the_one_that_worked_ends(run_service, sample_database):
    replicas, stepped = [worker(run_service, sample_database) for _ in range(2)], Counter()
    for number, (_, one) in enumerate(replicas):
        original = one._step
        one._step = lambda number=number, original=original: (stepped.update([number]), original())[1]
    wait_until(lambda: sum(stepped.values()) > 5, "some steps")
    ((active, _),) = stepped.items()
    replicas[active][0].stop()
    wait_until(lambda: stepped[1 - active] > 2, "the other replica to step")


def test_a_job_that_rests_is_woken_by_the_commit_that_has_work_for_it(run_service, sample_database, sample_session):
    container = run_service(Sleeper, sample_database.app_url, issuer="support")
    wait_until(lambda: STEPS["seldom"] == 1, "the first step")
    for steps in (2, 3):
        wake_job(sample_session, "seldom")
        assert STEPS["seldom"] == steps - 1
        sample_session.commit()
        wait_until(lambda steps=steps: STEPS["seldom"] == steps, "the step that it was woken for")
    container.stop()
    assert STEPS["seldom"] == 3
