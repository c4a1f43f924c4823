"""One look at how the groups of a monitor's models are treated, from their predictions alone."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.findings import Fairness, State
from driftline.processors.monitor import Monitor
from driftline.processors.monitor.fairness import Favourable
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.fairness.comparing import Matter, asked_for, compared, without
from driftline.processors.pipeline.fairness.grouping import Grouping, groupings
from driftline.processors.pipeline.fairness.outputs import NoBoundError
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.pipeline.sightings import Seen


def fairness_of(monitor: Monitor, seen: Sequence[Seen], now_ns: int) -> list[Fairness]:
    """A finding for each identity and each grouping; they share the monitor's budget equally.

    Args:
        monitor: what is asked; nothing unless its `fairness` names attributes.
        seen: every identity of the look, segments among them.
        now_ns: the time of the look.
    """
    wanted = monitor.spec.fairness
    if wanted.favourable is None or not asked_for(wanted, outcomes=False):
        return []
    found = list(groupings(seen, wanted.groupings, wanted.favourable))
    mutes = {each.identity: each.mutes for each in seen}
    alpha = wanted.false_alarms.per_look(monitor.spec.window.every) / max(len(found), 1)
    return [_one(monitor, each, wanted.favourable, mutes[each.identity], now_ns=now_ns, alpha=alpha) for each in found]


def _one(
    monitor: Monitor, grouping: Grouping, favourable: Favourable, mutes: Sequence[Mute], *, now_ns: int, alpha: float
) -> Fairness:
    start_ns, end_ns = grouping.span or (now_ns - monitor.spec.window.length, now_ns)
    matter = Matter(grouping.identity, grouping.attributes, list(grouping.windows), start_ns, end_ns, now_ns)
    if not grouping.windows:
        return without(matter, State.NO_DATA, "no prediction with this attribute arrived")
    if any(hushed(monitor, mutes, window) is not None for window in grouping.windows.values()):
        return without(matter, State.MUTED, "its window is muted")
    try:
        counts = grouping.counts(favourable)
    except NoBoundError:
        reason = "the threshold of `favourable` is no bound of the histogram: take one of the profile's bounds"
        return without(matter, State.INCOMPATIBLE_BINS, reason)
    return compared(matter, counts, monitor.spec.fairness, alpha)
