"""Which series are a monitor's, and what its rules aggregate by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from driftline.processors.alerting import identity_label_names
from driftline.processors.monitor import Model, Monitor
from driftline.processors.rendering.series import ENVIRONMENT, MODEL, VERSION, series

_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Scope:
    """The series of one monitor."""

    where: str
    """Label matchers, without braces."""
    by: str
    """The labels that any of its identities may have, with commas."""
    notes: tuple[str, ...] = ()
    """What the matchers cannot say."""

    def series(self, metric: str, where: str = "", part: str = "") -> str:
        """A selector of one metric of the monitor; a metric that the contract lacks raises KeyError."""
        return series(metric, ",".join(filter(None, (self.where, where))), part)

    def worst(self, metric: str, where: str = "") -> str:
        """The largest value of a gauge for each identity: a second processor shows the same once more."""
        return f"max by ({self.by}) ({self.series(metric, where)})"


def quoted(text: str) -> str:
    """A string as PromQL, and YAML, write it: what cannot be printed is escaped.

    >>> print(quoted('a "b"'), quoted(chr(127)))
    "a \\"b\\"" "\\u007f"
    """
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def scope_of(monitor: Monitor, among: Iterable[Monitor] = (), selector: str = "") -> Scope:
    """The scope of a monitor.

    Args:
        monitor: whose.
        among: all monitors; a version or an environment that another one serves is left to it.
        selector: further matchers, as `job="driftline"`.

    >>> from driftline.processors.monitor import Spec
    >>> old = Monitor("credit-6", "credit", Spec(model=Model(version="6")))
    >>> scope_of(Monitor("credit", "credit", Spec()), [old]).where
    'ml_model_name="credit",ml_model_version!~"6"'
    """
    asked = monitor.spec.model
    others = [each for each in among if each.model == monitor.model and each.precision > monitor.precision]
    matchers = [f"{MODEL}={quoted(monitor.model)}"]
    matchers += [f"{VERSION}={quoted(asked.version)}"] if asked.version else _without(VERSION, _versions(others, asked))
    if asked.environment:
        matchers.append(f"{ENVIRONMENT}={quoted(asked.environment)}")
    else:
        matchers += _without(ENVIRONMENT, _environments(others, asked))
    if selector:
        matchers.append(selector)
    by = ", ".join(identity_label_names(monitor))
    return Scope(",".join(matchers), by, tuple(_blurred(monitor, others)))


def _versions(others: Iterable[Monitor], asked: Model) -> list[str]:
    """Versions that are another monitor's wherever this one looks."""
    found = (each.spec.model for each in others)
    return sorted({each.version for each in found if each.version and each.environment in {None, asked.environment}})


def _environments(others: Iterable[Monitor], asked: Model) -> list[str]:
    """Environments that are another monitor's in every version this one looks at."""
    found = (each.spec.model for each in others)
    return sorted({each.environment for each in found if each.environment and each.version in {None, asked.version}})


def _without(label: str, values: list[str]) -> list[str]:
    return [f"{label}!~{quoted('|'.join(re.escape(value) for value in values))}"] if values else []


def _blurred(monitor: Monitor, others: Iterable[Monitor]) -> Iterator[str]:
    asked = monitor.spec.model
    for each in others:
        theirs = each.spec.model
        if theirs.version and theirs.environment and not (asked.version or asked.environment):
            yield (
                f"version {theirs.version} in {theirs.environment} is monitor {each.name}'s, and is counted here too: "
                "matchers cannot leave out a combination"
            )
