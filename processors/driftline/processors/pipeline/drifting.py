"""Which features drift: they put what is estimated from them in doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from driftline.processors.findings import Finding, Identity, Kind, State
from driftline.semconv import FieldRole


def drifting_features(findings: Iterable[Finding]) -> Mapping[Identity, list[str]]:
    """Names of the features in drift by themselves, of each identity that has any."""
    found: dict[Identity, list[str]] = defaultdict(list)
    for each in findings:
        if each.kind is Kind.FIELD and each.role == FieldRole.FEATURE and each.status is State.DRIFT:
            found[each.identity].append(str(each.field))
    return found
