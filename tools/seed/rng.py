"""Chance with a memory: what a seed draws is always the same. Times are milliseconds before last midnight (UTC), below
zero."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache

DAY = 86_400_000
HOUR = 3_600_000
# Ids carry this day for "today", so that they depend on the seed alone.
_ID_MIDNIGHT = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)


class Draw(random.Random):
    """A stream of chance of its own for each name, e.g. Draw("1/client/17")."""

    def skewed(self, values: Sequence, power: float = 1.8):
        """One of `values`, the first ones far more often than the last."""
        return values[int(len(values) * self.random() ** power)]

    def chance(self, percent: float) -> bool:
        """True in `percent` of a hundred cases."""
        return self.random() * 100 < percent

    def weighted(self, values: Sequence, place: int):
        """One of the tuples `values`, by the weight that stands at `place` of each."""
        return self.choices(values, weights=[value[place] for value in values])[0]

    def at(self, days_ago: int) -> int:
        """A moment of the office hours of a day; `days_ago` is 1 for yesterday."""
        return -days_ago * DAY + int((8 + 10 * self.random()) * HOUR)

    def new_id(self, moment: int) -> str:
        """A UUIDv7 made at `moment`."""
        chance = self.getrandbits(74)
        number = (_ID_MIDNIGHT + moment) << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & ((1 << 62) - 1)
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def new_request(self) -> str:
        """The id of a request that set something off (a random UUID)."""
        text = f"{self.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"


class Calendar:
    """Turns moments and days before midnight into the dates of this very day's load."""

    def __init__(self, today: date):
        self.today = today
        self.day = cache(self._day)

    def _day(self, days_ago: int) -> str:
        return (self.today - timedelta(days=days_ago)).isoformat()

    def stamp(self, moment: int) -> str:
        """RFC 3339 with milliseconds, UTC."""
        days, rest = divmod(moment, DAY)
        seconds, thousandths = divmod(rest, 1000)
        return f"{self.day(-days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}Z"


def days_ago(moment: int) -> int:
    """How many days before today a moment lies: 1 for yesterday."""
    return -(moment // DAY)
