"""A model as a running processor sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from driftline.processors.drafting.known import Known, KnownField

Json = Mapping[str, Any]


def known_of_traffic(told: Json, source: str) -> Known:
    """What `GET /v1/models/{name}` tells.

    Args:
        told: its answer.
        source: where it was asked.
    """
    identities = list(told["identities"])
    fields = [field for identity in identities for field in identity["fields"]]
    whole = [field for identity in identities if "segment" not in identity for field in identity["fields"]]
    kinds = {field["reference"]["kind"] for field in fields if "reference" in field}
    return Known(
        model=str(told["model"]),
        source=f"the traffic at {source}",
        fields=tuple(_fields(whole)),
        segments=tuple(dict.fromkeys(name for identity in identities for name in identity.get("segment", ()))),
        per_second=max(map(_rate, whole), default=None),
        learns="learned" in kinds or not kinds,
    )


def _fields(found: Iterable[Json]) -> Iterable[KnownField]:
    seen: dict[str, KnownField] = {}
    for field in found:
        seen.setdefault(field["field"], KnownField(field["field"], field["role"], _doubt(field["status"])))
    return seen.values()


def _doubt(status: str) -> str | None:
    return "it is in the reference and does not arrive" if status == "no_data" else None


def _rate(field: Json) -> float:
    window = field["window"]
    start, end = (datetime.fromisoformat(window[name]) for name in ("start", "end"))
    return float(window["observations"]) / max((end - start).total_seconds(), 1.0)
