"""Volumes: how much a client has, drawn first and alone, so that numbers can be given before the rest is made.

Invoice numbers have no gap and follow the days of issue over all clients, though clients are made in chunks by several
processes. So a first pass counts what each chunk issues on each day, and each chunk gets the numbers that it begins with.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tools.seed.rng import Draw

KINDS = ("invoice", "order", "service", "ticket")
LONGEST_AGO = 1800


@dataclass(frozen=True, slots=True)
class Volumes:
    """One client's amounts. Days are counted back from today, the longest ago first.

    Invoices issued more than `moved_in` days ago came over from another system. `ordered` are places in `services` of
    those that an order brought. `whole` says whether all events are kept, or only the first and the last.
    """

    index: int
    joined: int
    moved_in: int
    services: tuple[int, ...]
    ordered: tuple[int, ...]
    invoices: tuple[int, ...]
    tickets: tuple[int, ...]
    has_draft: bool
    whole: bool

    def numbered(self) -> dict[str, list[int]]:
        """The days on which it takes a number of each of KINDS."""
        orders = [self.services[place] for place in self.ordered]
        return {
            "invoice": [*self.invoices, *orders],
            "order": orders,
            "service": list(self.services),
            "ticket": list(self.tickets),
        }


def volumes_of(seed: str, index: int, history: str) -> Volumes:
    """The amounts of client `index`: about 3.6 services, 8.3 invoices and 2 tickets, one client in 200 with very many.

    A `brief` history leaves fewer steps behind each thing, to measure on: hardly any orders, nearly all invoices
    imported. A `thin` one is brief, and has about 2 services, 3 invoices and 3 events, but for one client in 1000.
    """
    draw = Draw(f"{seed}/shape/{index}")
    joined = 1 + int(LONGEST_AGO * draw.random() ** 1.3)
    brief, thin = history != "full", history == "thin"
    many = index % 1000 == 1 if thin else draw.chance(0.5)
    if many:
        joined = max(joined, 400)
        services, invoices, tickets = draw.randint(20, 200), draw.randint(30, 300), draw.randint(5, 40)
    elif thin:
        services, tickets = min(15, round(draw.expovariate(1 / 1.9))), min(12, round(draw.expovariate(3)))
        invoices = min(40, 1 + joined // 7, round(draw.expovariate(1 / 2.9)))
    else:
        services, tickets = min(15, round(draw.expovariate(1 / 3.1))), min(12, round(draw.expovariate(1 / 2)))
        invoices = min(40, 1 + joined // 7, round(draw.expovariate(1 / 7.8)))
    moved_in = min(joined, 20 if brief else 240)
    created = _days(draw, services, joined)
    ordered = tuple(place for place, day in enumerate(created) if day <= moved_in and draw.chance(25 if brief else 80))
    return Volumes(
        index,
        joined,
        moved_in,
        created,
        ordered,
        _days(draw, invoices, joined),
        _days(draw, tickets, joined),
        draw.chance(2),
        many or not thin,
    )


def _days(draw: Draw, count: int, joined: int) -> tuple[int, ...]:
    return tuple(sorted((1 + int(joined * draw.random()) for _ in range(count)), reverse=True))


def count_days(seed: str, indexes: Iterable[int], history: str) -> dict[str, Counter]:
    """How many invoices, orders, services and tickets the clients `indexes` number on each day."""
    counted = {kind: Counter() for kind in KINDS}
    for index in indexes:
        for kind, days in volumes_of(seed, index, history).numbered().items():
            counted[kind].update(days)
    return counted


def first_numbers(counted: list[dict[str, Counter]], last: dict[str, int]) -> list[dict[str, dict[int, int]]]:
    """For each chunk the number before its first of each day: days in order, chunks in order within a day.

    `counted` holds what each chunk numbers, `last` the last number of each kind that was given before.
    """
    starts = [{kind: {} for kind in KINDS} for _ in counted]
    for kind in KINDS:
        number = last[kind]
        for day in sorted({day for chunk in counted for day in chunk[kind]}, reverse=True):
            for start, chunk in zip(starts, counted, strict=True):
                start[kind][day] = number
                number += chunk[kind][day]
    return starts


class Numbers:
    """Gives a chunk its numbers, day by day."""

    def __init__(self, start: dict[str, dict[int, int]]):
        self._last = start

    def next(self, kind: str, day: int) -> int:
        """The next number of `kind` for something of `day`."""
        self._last[kind][day] += 1
        return self._last[kind][day]
