"""Marks in Grafana's charts: an alarm from its begin to its end, a new version, an accepted reference.

Source: Grafana documentation, "HTTP API: Annotations". They are of the organisation, not of one dashboard, and found
by their tags: `driftline`, what happened, `model:credit`, `version:7`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from driftline.exporters.grafana.client import Client
from driftline.exporters.grafana.diary import Diary, Happening, Mark
from driftline.processors.findings import Finding, Identity, Output
from driftline.processors.pipeline import ExportError

_PATH = "/api/annotations"
_MILLISECOND_NS = 10**6
_NEAR_MS = 30_000
"""Two marks of the same thing less apart than this are one: a second processor's, or ours of before a restart."""


class AnnotationExporter:
    """Tells one Grafana what happened.

    Before a mark is made its like is looked for, so that two processors that watch one model make one mark, and a
    processor that starts anew takes up its old ones.

    Args:
        client: of the Grafana.
        monotonic: seconds that never go back; a look's marks share its timeout.
    """

    def __init__(self, client: Client, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._diary = Diary()
        self._open: dict[Identity, int] = {}
        """Ids of the marks that have no end yet."""

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        """Tell what is news.

        Args:
            findings: the present look, whole.
            timeout: seconds for all of it.

        Raises:
            ExportError: Grafana did not take a mark; it, and those after it, are due again at the next try.
        """
        ends = self._monotonic() + timeout
        self._diary.look(each for each in findings if isinstance(each, Finding))
        for mark in self._diary.due():
            left = ends - self._monotonic()
            if left <= 0:
                raise ExportError(f"Grafana took longer than {timeout:g} s for the marks of one look")
            self._tell(mark, left)
            self._diary.told(mark)

    def _tell(self, mark: Mark, timeout: float) -> None:
        is_alarm = mark.happening is Happening.ALARM
        known = self._open.get(mark.identity) if is_alarm else None
        if known is None:
            known = self._like(mark, timeout)
        if known is None:
            known = int(self._client.ask("POST", _PATH, timeout=timeout, json=_words(mark))["id"])
        elif is_alarm and mark.end_ns is not None:
            self._client.ask("PATCH", f"{_PATH}/{known}", timeout=timeout, json=_end(mark))
        if is_alarm and mark.end_ns is None:
            self._open[mark.identity] = known
        elif is_alarm:
            self._open.pop(mark.identity, None)

    def _like(self, mark: Mark, timeout: float) -> int | None:
        at = mark.start_ns // _MILLISECOND_NS
        asked = {"from": at - _NEAR_MS, "to": at + _NEAR_MS, "tags": _tags(mark), "type": "annotation", "limit": 1}
        found: list[dict[str, Any]] = self._client.ask("GET", _PATH, timeout=timeout, params=asked)
        return int(found[0]["id"]) if found else None


def _words(mark: Mark) -> dict[str, Any]:
    start = mark.start_ns // _MILLISECOND_NS
    return {"time": start, "tags": _tags(mark), "text": mark.text} | _end(mark)


def _end(mark: Mark) -> dict[str, int]:
    return {} if mark.end_ns is None else {"timeEnd": mark.end_ns // _MILLISECOND_NS}


def _tags(mark: Mark) -> list[str]:
    identity = mark.identity
    named = {
        "model": identity.model,
        "version": identity.version,
        "variant": identity.variant,
        "environment": identity.environment,
    }
    known = [f"{name}:{value}" for name, value in named.items() if value is not None]
    return ["driftline", str(mark.happening), *known]
