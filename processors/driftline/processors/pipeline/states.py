"""The state of a model, from the states of its fields and from when it was last heard of."""

from __future__ import annotations

from collections.abc import Collection

from driftline.processors.findings import State

_SILENT = frozenset({State.NO_DATA})


def model_state(fields: Collection[State], *, stale: bool) -> State:
    """A model's state, the first that holds.

    `drift` when a field is; `stale` when it had data and has none for too long; `no_data` when no field arrives. Of
    the fields that arrive: `no_reference` when none has one, `ok` when any was judged and is not in drift,
    `warming_up` while any still learns, `muted` when any would have been judged; else `not_enough_samples`.

    >>> model_state([State.OK, State.NO_REFERENCE, State.NO_DATA], stale=False)
    <MonitorState.OK: 'ok'>
    """
    arriving = [state for state in fields if state not in _SILENT]
    if State.DRIFT in arriving:
        return State.DRIFT
    if stale:
        return State.STALE
    if not arriving:
        return State.NO_DATA
    if all(state is State.NO_REFERENCE for state in arriving):
        return State.NO_REFERENCE
    for state in (State.OK, State.WARMING_UP, State.MUTED):
        if state in arriving:
            return state
    return State.NOT_ENOUGH_SAMPLES
