"""Where people read what the pipeline found: every model at present, why, and the alarms there were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any

from driftline.processors.explanation.documents import alarm_document, finding_document, times_document, told
from driftline.processors.findings import Finding, Identity, Kind
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.actions import UnknownModelError
from driftline.processors.pipeline.drifting import drifting_features
from driftline.processors.pipeline.explaining import Explainer

Json = dict[str, Any]


class Board:
    """The present findings, and their history, as JSON values. May be called from every thread; changes nothing.

    Args:
        looking: held during a look; taken around everything.
        explainer: knows why, and what alarms there were.
        present: the findings of the last looks.
        monitor_of: the monitor of an identity.
    """

    def __init__(
        self,
        looking: RLock,
        explainer: Explainer,
        present: Callable[[], Iterable[Sequence[Finding]]],
        monitor_of: Callable[[Identity], Monitor],
    ) -> None:
        self._looking, self._explainer = looking, explainer
        self._present, self._monitor_of = present, monitor_of

    def models(self) -> list[Json]:
        """The finding of every model, version, variant and segment, without their fields."""
        with self._looking:
            return [finding_document(each) for each in self._findings() if each.kind is Kind.MODEL]

    def model(self, name: str) -> Json:
        """Everything found of a model at the last look, and its alarms. Raises UnknownModelError."""
        with self._looking:
            found = self._of(name)
            models = [each for each in found if each.kind is Kind.MODEL]
            told_of = [self._told(each, found) for each in models]
            return {"model": name, "identities": told_of, "alarms": self._alarms(name)}

    def drifting(self, identity: Identity) -> list[str]:
        """Features of an identity that were in drift at the last look."""
        with self._looking:
            return drifting_features(self._findings()).get(identity, [])

    def explain(self, name: str, field: str | None = None, at_ns: int | None = None) -> Json:
        """Why a model, or a field of it, is in drift; of one that is not, what comes nearest to it.

        Args:
            name: the model.
            field: only this field of it; None is all.
            at_ns: the alarms that were going on then, each at its worst; None is the last look.

        Raises:
            UnknownModelError: no such model, or no such field of it.
        """
        with self._looking:
            found = self._of(name)
            if at_ns is not None:
                return self._then(name, field, at_ns)
            if field is not None and field not in (names := sorted({each.field or "" for each in found} - {""})):
                raise UnknownModelError(f"{name} has no field {field!r}; it has: {', '.join(names) or 'none'}")
            models = [each for each in found if each.kind is Kind.MODEL]
            explained = [_only(self._explained(each, found), field) for each in models]
            return {"model": name, "drift": _any_drift(explained), "identities": explained}

    def _then(self, name: str, field: str | None, at_ns: int) -> Json:
        alarms = self._explainer.history(name, at_ns)
        identities = [{**_only(dict(each.told), field), "alarm": times_document(each)} for each in alarms]
        return {"model": name, "drift": _any_drift(identities), "identities": identities}

    def _told(self, model: Finding, found: Sequence[Finding]) -> Json:
        whose = {model.identity}
        if not model.segment:  # silence and volume are the model's, whatever its version
            whose.add(Identity(model.model, environment=model.environment))
        quality = [each for each in found if each.kind is Kind.QUALITY and each.identity in whose]
        return told(model, _fields(model, found)) | {"quality": [finding_document(each) for each in quality]}

    def _explained(self, model: Finding, found: Sequence[Finding]) -> Json:
        monitor = self._monitor_of(model.identity)
        explained, *fields = self._explainer.on_request(model, _fields(model, found), monitor)
        return told(explained, sorted(fields, key=lambda each: -(each.level or 0.0)))

    def _alarms(self, name: str) -> list[Json]:
        return [alarm_document(each) for each in self._explainer.history(name)]

    def _of(self, name: str) -> list[Finding]:
        found = [each for each in self._findings() if each.model == name]
        if not found and not self._explainer.history(name):
            others = sorted({each.model for each in self._findings()})
            raise UnknownModelError(f"no model is called {name!r}; known here: {', '.join(others) or 'none'}")
        return found

    def _findings(self) -> list[Finding]:
        return [each for found in self._present() for each in found]


def _fields(model: Finding, found: Sequence[Finding]) -> list[Finding]:
    return [each for each in found if each.kind is Kind.FIELD and each.identity == model.identity]


def _only(document: Json, field: str | None) -> Json:
    if field is None:
        return document
    return {**document, "fields": [each for each in document["fields"] if each["field"] == field]}


def _any_drift(identities: Sequence[Mapping[str, Any]]) -> bool:
    return any(each["status"] == "drift" for identity in identities for each in (identity, *identity["fields"]))
