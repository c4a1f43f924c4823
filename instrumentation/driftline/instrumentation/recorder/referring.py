"""Which profile a recorder refers to: the one passed to it, or that of the process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from driftline.instrumentation.recorder.identity import REFERENCE_VARIABLE, Choice, Hints, is_of
from driftline.instrumentation.recorder.reference import Reference, Source, reference_or_none

_log = logging.getLogger("driftline.instrumentation")


def refer(
    source: Source | None, named: Choice, hints: Hints, environ: Mapping[str, str], failed: Callable[[Exception], None]
) -> Reference | None:
    """The profile that was passed; else that of the variable, which only the model it is of may take.

    >>> refer({"driftline": "profile/v1", "id": "a1", "fields": []}, Choice("credit", "x"), Hints(), {}, print).id
    'a1'
    """
    if source is not None:
        return reference_or_none(source, failed)
    found = reference_or_none(environ.get(REFERENCE_VARIABLE) or None, failed)
    if found is None or is_of(found.model, named, hints):
        return found
    _log.warning(
        "the profile of %s is of model %s, not of %s (named by %s): pass this model `reference=`, or name it so",
        REFERENCE_VARIABLE,
        found.model or "another, unnamed",
        named.value,
        named.said_by,
    )
    return None
