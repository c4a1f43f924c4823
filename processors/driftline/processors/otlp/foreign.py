"""What is not ours, put together again to be passed on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def only(metric: Any, points: Sequence[bytes]) -> Any:
    """A metric with only these of its points."""
    copy = type(metric)()
    copy.CopyFrom(metric)
    data = getattr(copy, copy.WhichOneof("data"))
    del data.data_points[:]
    data.data_points.extend(points)
    return copy


def add_to(foreign: Any, resource: Any, scope: Any, metrics: Sequence[Any]) -> None:
    """Append metrics to the foreign request under their resource and scope, opened again only when they change."""
    into = foreign.resources.add(resource=resource.resource, schema_url=resource.schema_url)
    into.scopes.add(scope=scope.scope, schema_url=scope.schema_url).metrics.extend(metrics)
