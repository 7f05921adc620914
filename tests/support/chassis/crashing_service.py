"""The sample service with a handler that ends its process, run by itself: `python -m
tests.support.chassis.crashing_service`."""

import os  # noqa: E402, I001

from chassis.events import listener as listening  # noqa: E402
from chassis.events.listener import listen  # noqa: E402
from chassis.process.runtime import run  # patches the standard library first
from chassis.settings import read_settings  # noqa: E402
from tests.support.chassis.sample_service import SampleService  # noqa: E402


MAX_DELIVERIES = 2  # each death costs a start


class CrashingService(SampleService):
    """Listens as the sample does, but dies of its poison instead of refusing it."""

    @listen("sample.applied", {"sample": ["#"]})
    def record_events(self, events):
        if any(event["facts"]["by"] == self.poison for event in events):
            os._exit(1)
        SampleService.record_events.__wrapped__(self, events)


if __name__ == "__main__":
    listening.MAX_DELIVERIES = MAX_DELIVERIES
    run("tests.support.chassis.crashing_service:CrashingService", read_settings())
