"""Changes of unit that happen: `window = factor * reference + offset`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A change of unit, in words that follow "looks"."""

    words: str
    factor: float
    offset: float = 0.0


_FACTORS = (
    (10.0, "", ""),
    (100.0, "percent", "a share of 1"),
    (1000.0, "a unit 1,000 times smaller (g, mm, ms)", "the larger one (kg, m, s)"),
    (1e6, "a unit 1,000,000 times smaller (µs, mg)", "the larger one (s, kg)"),
    (60.0, "minutes or seconds", "hours or minutes"),
    (3600.0, "seconds", "hours"),
    (24.0, "hours", "days"),
    (86400.0, "seconds", "days"),
    (2.54, "cm", "inches"),
    (0.3048, "m", "feet"),
    (1.609344, "km", "miles"),
    (0.45359237, "kg", "pounds"),
    (3.6, "km/h", "m/s"),
    (57.29577951308232, "degrees", "radians"),
)


def _multiplied(factor: float, new: str, old: str) -> tuple[Unit, Unit]:
    said = f", as {new} where the reference has {old}" if new else ""
    back = f", as {old} where the reference has {new}" if new else ""
    return Unit(f"multiplied by {factor:,.6g}{said}", factor), Unit(f"divided by {factor:,.6g}{back}", 1 / factor)


UNITS = (
    *(unit for row in _FACTORS for unit in _multiplied(*row)),
    Unit("like °F where the reference has °C", 1.8, 32.0),
    Unit("like °C where the reference has °F", 1 / 1.8, -32 / 1.8),
    Unit("like K where the reference has °C", 1.0, 273.15),
    Unit("like °C where the reference has K", 1.0, -273.15),
    Unit("like K where the reference has °F", 1 / 1.8, 273.15 - 32 / 1.8),
    Unit("like °F where the reference has K", 1.8, 32 - 273.15 * 1.8),
    Unit("as if its sign were turned around", -1.0),
)
"""Every change that is looked for. More would explain more windows by chance: `docs/quality.md` has the rate."""
