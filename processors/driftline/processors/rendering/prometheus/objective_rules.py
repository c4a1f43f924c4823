"""The rules of one objective: two groups, one fast and one slow.

Windows up to 6 hours read the counters themselves, so that nothing stands between an outage and its page. Longer ones
would read a month of raw samples at every look; they add up rates over 5 minutes that are recorded every 2. An event
is then weighed by how many of the recorded rates hold it, which is the same for all but those of the first and the last
5 minutes of a window: 0.35 % of a day. Both sums are so weighed, so that their ratio is one of events, busy hours
counting more than quiet ones, which an average of ratios is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Final

from driftline.processors.documents import parse_duration, write_duration
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import records
from driftline.processors.rendering.prometheus.burn import burn_alert
from driftline.processors.rendering.prometheus.calendar import (
    expressible,
    period_name,
    started,
    summed,
)
from driftline.processors.rendering.prometheus.decimals import as_written, budget_text, target_text
from driftline.processors.rendering.prometheus.records import Named
from driftline.processors.rendering.prometheus.rules import Group, Record, Rule
from driftline.processors.rendering.prometheus.scope import Scope
from driftline.processors.rendering.prometheus.sli import Events, events_of
from driftline.processors.rendering.prometheus.surely import lower_bound
from driftline.processors.rendering.series import series
from driftline.processors.slo import Pair, plan
from driftline.processors.slo.burn import Fate
from driftline.semconv import metrics

SLOW_NS: Final = parse_duration("2m")
"""How often the slow group is evaluated: what it counts is multiplied by this."""
_LONGEST_DIRECT_NS: Final = parse_duration("6h")
_STARTED: Final = "driftline:slo_period:start_seconds"


def objective_groups(monitor: Monitor, objective: Objective, scope: Scope, options: Options) -> tuple[Group, ...]:
    """The groups of one objective. Some pair of burn windows must be in force."""
    pairs = plan(objective.objective, objective.period_ns)
    named, events = Named(monitor.name, objective.name), events_of(objective, scope)
    lengths = sorted({length for pair in pairs for length in (pair.short_ns, pair.long_ns)})
    lengths = [length for length in lengths if length <= objective.period_ns]
    fast = [length for length in lengths if length <= _LONGEST_DIRECT_NS]
    slow = [length for length in lengths if length > _LONGEST_DIRECT_NS]
    judged = {pair.long_ns for pair in pairs if pair.fires}
    name = f"driftline-{monitor.name}-slo-{objective.name}"
    said = burn_alert(monitor, objective, pairs, scope, options)
    return (
        Group(
            name,
            (
                *(rule for each in fast for rule in _direct(each, named, events, objective, judged)),
                *_meta(objective, named),
                *said("page"),
            ),
            notes=(*scope.notes, *_notes(objective, pairs)),
        ),
        Group(
            f"{name}-slow",
            (
                Record(records.BAD_RATE, events.bad("5m"), named.labels()),
                Record(records.DECIDED_RATE, events.decided("5m"), named.labels()),
                *(rule for each in slow for rule in _added_up(each, named, objective, judged)),
                *_period(objective, named, lengths),
                *said("ticket"),
            ),
            SLOW_NS,
            notes=_left_out(objective),
        ),
    )


def _direct(length_ns: int, named: Named, events: Events, objective: Objective, judged: set[int]) -> Iterator[Rule]:
    """Records of a short window, read from the counters."""
    window = write_duration(length_ns)
    yield Record(records.ratio(window), events.ratio(window), named.labels(window))
    if length_ns in judged:
        counted = f"{events.decided(window)} * {length_ns // 10**9}"
        yield from _judged(window, counted, named, objective)


def _added_up(length_ns: int, named: Named, objective: Objective, judged: set[int]) -> Iterator[Rule]:
    """Records of a long window, added up from recorded rates."""
    window = write_duration(length_ns)
    bad, decided = (f"sum_over_time({named.of(each)}[{window}])" for each in (records.BAD_RATE, records.DECIDED_RATE))
    yield Record(records.ratio(window), f"{bad}\n/\n({decided} > 0)", named.labels(window))
    if length_ns in judged:
        yield from _judged(window, f"{decided} * {SLOW_NS // 10**9}", named, objective)


def _judged(window: str, counted: str, named: Named, objective: Objective) -> Iterator[Rule]:
    """How many events a long window holds, and which share of them is bad at least."""
    yield Record(records.events(window), counted, named.labels(window))
    share, number = named.of(records.ratio(window)), named.of(records.events(window))
    bound = lower_bound(share, number, objective.minimum_events)
    yield Record(records.lower(window), bound, named.labels(window))


def _meta(objective: Objective, named: Named) -> Iterator[Rule]:
    """What Sloth's users know an objective by."""
    days = Decimal(objective.period_ns) / (86_400 * 10**9)
    info = {
        "sloth_mode": "driftline-render",
        "sloth_objective": f"{objective.objective:g}",
        "sloth_spec": "driftline.dev/v1",
    }
    yield Record(records.OBJECTIVE, f"vector({target_text(objective.objective)})", named.labels())
    yield Record(records.ERROR_BUDGET, f"vector({budget_text(objective.objective)})", named.labels())
    yield Record(records.PERIOD, f"vector({as_written(days)})", named.labels())
    yield Record(records.INFO, "vector(1)", {**named.labels(), **info})
    burn = f"{named.of(records.ratio('5m'))} / {budget_text(objective.objective)}"
    yield Record(records.BURN_NOW, burn, named.labels())


def _period(objective: Objective, named: Named, lengths: Collection[int]) -> Iterator[Rule]:
    """How the period stands. A rolling one that is among the windows is recorded already."""
    if expressible(objective):
        return
    if objective.calendar is not None:
        yield Record(_STARTED, started(objective.calendar), named.labels())
    since = named.of(_STARTED)
    bad, decided = (summed(named.of(each), objective, since) for each in (records.BAD_RATE, records.DECIDED_RATE))
    whole = records.ratio(period_name(objective))
    if objective.calendar is not None or objective.period_ns not in lengths:
        yield Record(whole, f"{bad}\n/\n({decided} > 0)", named.labels(period_name(objective)))
    yield Record(records.BURN_PERIOD, f"{named.of(whole)} / {budget_text(objective.objective)}", named.labels())
    yield Record(records.REMAINING, f"1 - {named.of(records.BURN_PERIOD)}", named.labels())


def _notes(objective: Objective, pairs: tuple[Pair, ...]) -> Iterator[str]:
    for pair in pairs:
        if pair.fate is not Fate.KEPT:
            yield f"{objective.name}: {pair.severity} {pair.long}/{pair.short} {pair.fate}: {pair.reason}"


def _left_out(objective: Objective) -> tuple[str, ...]:
    why = expressible(objective)
    if not why:
        return ()
    shown = f"the processor's own {series(metrics.SLO_ERROR_BUDGET_REMAINING)} has it".replace("{}", "")
    return (f"{objective.name}: the budget's period is left out: {why}; {shown}",)
