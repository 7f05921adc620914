"""Charts as SVG text, made on the server: no script, themed by the style sheet, with a text equivalent each.

Pure functions. Sizes are numbers of a viewBox; colours come from classes (`a0`…, `h0`…), so that one drawing serves
light and dark.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import ceil

from babel.numbers import format_compact_decimal
from markupsafe import Markup, escape

from chassis.types.money import minor_digits
from chassis.types.money_format import currency_sign
from gateway.ui import formatting

_GLYPH = 6  # what a digit of the axis takes
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bar(parts: Sequence[tuple[str, int | Decimal]], label: str, total: int | Decimal | None = None) -> Markup:
    """A bar of stretches: `parts` are (class, size); with `total` the rest stays empty; no `label`, no voice."""
    whole = Decimal(total if total is not None else sum(size for _, size in parts)) or Decimal(1)
    at, stretches = Decimal(0), []
    for name, size in parts:
        if size <= 0:
            continue
        width = max(Decimal(100) * Decimal(size) / whole, Decimal("0.4"))
        stretches.append(f'<rect class="{escape(name)}" x="{at:.2f}%" width="{width:.2f}%" height="100%"/>')
        at += width
    attributes = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="bar" {attributes}>{"".join(stretches)}</svg>')


def age_bar(ageing: Sequence[dict]) -> Markup:
    """Outstanding by age: `[{label, from_days, amount: money}]`, youngest first, as one bar."""
    parts = [(f"a{min(place, 3)}", Decimal(row["amount"]["amount"])) for place, row in enumerate(ageing)]
    label = ", ".join(f"{row['label']} {_amount_text(row['amount'])}" for row in ageing)
    return bar(parts, label)


def _amount_text(amount: dict) -> str:
    return "nothing" if formatting.is_zero(amount) else formatting.money(amount)


def credit_steps(history: Sequence[dict], today: date, width: int = 232, height: int = 112) -> Markup:
    """The credit balance as steps: `[{date, balance: money}]`, oldest first and not empty, drawn up to today beside an
    axis from zero to the round amount above the highest."""
    points = [(date.fromisoformat(row["date"][:10]), row["balance"]) for row in history]
    first, last = points[0][0], max(today, points[-1][0])
    highest_at, highest = max(points, key=lambda point: Decimal(point[1]["amount"]))
    levels = _levels(Decimal(highest["amount"]), highest["currency"])
    names = [_level_text(level, levels[1], highest["currency"]) for level in levels]
    top, base, left, right = 8, height - 18, 10 + _GLYPH * max(map(len, names)), width - 8
    scale = levels[-1]

    def x(when: date) -> float:
        return round(left + (right - left) * (when - first).days / max((last - first).days, 1), 1)

    def y(amount: Decimal) -> float:
        return round(float(base - (base - top) * amount / scale), 1)

    line = _steps([(x(when), y(Decimal(balance["amount"]))) for when, balance in points], right)
    now = points[-1][1]
    label = (
        f"Credit balance from {formatting.day(first)} to {formatting.day(last)}, in steps on a scale from {names[0]} to "
        f"{names[-1]}. Highest {formatting.money(highest)} on {formatting.day(highest_at)}, now {formatting.money(now)}."
    )
    axis = "".join(
        f'<line class="ch-grid" x1="{left}" x2="{right}" y1="{y(level)}" y2="{y(level)}"/>'
        f'<text class="ch-tick" x="{left - 6}" y="{y(level) + 4}" text-anchor="end">{escape(name)}</text>'
        for level, name in zip(levels, names, strict=True)
    )
    return Markup(
        f'<svg class="ch" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}">{axis}'
        f'{_month_ticks(first, last, x, height - 3)}<path class="ch-area" d="{line} L{right} {base} L{left} {base}Z"/>'
        f'<path class="ch-line" d="{line}"/><circle class="ch-dot" cx="{right}" cy="{y(Decimal(now["amount"]))}" r="3.5"/>'
        "</svg>"
    )


def _levels(highest: Decimal, currency: str) -> list[Decimal]:
    """The amounts that an axis names: equal round steps from zero, three at most, the last not below `highest`."""
    least = max(highest / 3, Decimal(1).scaleb(-minor_digits(currency)))
    ten = Decimal(1).scaleb(least.adjusted())
    step = next(step for step in (ten, 2 * ten, 5 * ten, 10 * ten) if step >= least)
    return [step * place for place in range(max(ceil(highest / step), 1) + 1)]


def _level_text(level: Decimal, step: Decimal, currency: str) -> str:
    """An amount of an axis: "£200", with minor units where the steps have some, "£1.5M" from a million on."""
    if level >= 1_000_000:
        return currency_sign(currency) + format_compact_decimal(level, locale="en_GB", fraction_digits=1)
    whole = step == step.to_integral_value()
    amount = f"{level:,.0f}" if whole else f"{level:,.{minor_digits(currency)}f}"
    return currency_sign(currency) + amount


def _steps(points: Sequence[tuple[float, float]], right: float) -> str:
    """A path that holds each value until the next point."""
    path, level = [f"M{points[0][0]} {points[0][1]}"], points[0][1]
    for x, y in points[1:]:
        path.append(f"L{x} {level} L{x} {y}")
        level = y
    return " ".join([*path, f"L{right} {level}"])


def _month_ticks(first: date, last: date, x, y: float, room: float = 44) -> str:
    """Names of months along the axis, never closer than `room`."""
    ticks, at, free = [], date(first.year, first.month, 1), 0.0
    while at <= last:
        place = x(max(at, first))
        if place >= free and place <= x(last) - 16:
            ticks.append(f'<text class="ch-tick" x="{place}" y="{y}">{_MONTHS[at.month - 1]}</text>')
            free = place + room
        at = (at + timedelta(days=32)).replace(day=1)
    return "".join(ticks)


def heat_map(days: Sequence[dict], today: date, weeks: int = 18) -> Markup:
    """Activity by day as a calendar of weeks (Monday on top): `[{date, count}]`; days not named count nothing."""
    counts = {row["date"][:10]: row["count"] for row in days}
    start = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    most = max(counts.values(), default=0)
    cells, labels, month_seen, free = [], [], 0, -1
    for column in range(weeks):
        monday = start + timedelta(days=7 * column)
        if monday.month != month_seen and column >= free:
            if column or monday.day <= 7:
                labels.append(f'<text class="ch-tick" x="{column * 12}" y="9">{_MONTHS[monday.month - 1]}</text>')
                free = column + 3
            month_seen = monday.month
        cells.append(_week(monday, today, counts, most, column * 12))
    label = escape(_heat_summary(counts, f"last {weeks} weeks"))
    drawing = "".join(labels + cells)
    return Markup(f'<svg class="ch heat" viewBox="0 0 {weeks * 12} 98" role="img" aria-label="{label}">{drawing}</svg>')


def _week(monday: date, today: date, counts: dict[str, int], most: int, x: int) -> str:
    cells = []
    for weekday in range(7):
        when = monday + timedelta(days=weekday)
        if when > today:
            break
        cells.append(_cell(when, counts, most, f'x="{x}" y="{14 + 12 * weekday}" width="10" height="10"'))
    return "".join(cells)


def day_strip(days: Sequence[dict], today: date, length: int = 90) -> Markup:
    """The last `length` days in one row, with the first of each month named: `[{date, count}]`."""
    cutoff = (today - timedelta(days=length)).isoformat()
    counts = {row["date"][:10]: row["count"] for row in days}
    most = max(counts.values(), default=0)
    cells, labels, free = [], [], -1
    for place in range(length):
        when = today - timedelta(days=length - 1 - place)
        cells.append(_cell(when, counts, most, f'x="{place * 12.5}" width="10.5" height="22"'))
        if (place == 0 or when.day == 1) and place >= free and place < length - 8:
            named = f"{when.day} {_MONTHS[when.month - 1]}"
            labels.append(f'<text class="ch-tick" x="{place * 12.5}" y="37">{named}</text>')
            free = place + 5
    labels.append(f'<text class="ch-tick" x="{length * 12.5 - 2}" y="37" text-anchor="end">Today</text>')
    label = escape(_heat_summary({when: counts[when] for when in counts if when > cutoff}, f"last {length} days"))
    drawing = "".join(cells + labels)
    frame = f'viewBox="0 0 {length * 12.5 - 2} 40"'
    return Markup(f'<svg class="ch heat strip" {frame} role="img" aria-label="{label}">{drawing}</svg>')


def _cell(when: date, counts: dict[str, int], most: int, place: str) -> str:
    """One day as a square; a day with events has their number as its title."""
    number = counts.get(when.isoformat(), 0)
    tip = f"<title>{when.day} {_MONTHS[when.month - 1]}: {formatting.plural(number, 'event')}</title>" if number else ""
    return f'<rect class="h{_heat(number, most)}" {place} rx="2">{tip}</rect>'


def _heat(number: int, most: int) -> int:
    """The step 0 to 4 of a day's count beside the busiest day's."""
    return 0 if not number else min(4, 1 + (number * 4 - 1) // max(most, 4))


def _heat_summary(counts: dict[str, int], span: str) -> str:
    if not any(counts.values()):
        return f"No activity in the {span}."
    busiest = max(counts, key=lambda when: counts[when])
    most = formatting.plural(counts[busiest], "event")
    return f"Activity per day for the {span}. Busiest day {formatting.long_day(busiest)} with {most}."
