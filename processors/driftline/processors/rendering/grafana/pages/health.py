"""The processor itself: what it receives, refuses, holds and delivers."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import HEALTH_UID
from driftline.processors.rendering.grafana.promql import INSTANCE, PROCESSOR, per_second, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit, Variable, Word
from driftline.processors.rendering.series import series
from driftline.semconv import attributes, metrics

_INSTANCES: Final = Variable("instance", "Processor", series(metrics.DRIFTLINE_INFO), INSTANCE)
_WHERE: Final = f"{{{{{INSTANCE}}}}}"
_OUTCOME: Final = f"{_WHERE} {{{{{attributes.OUTCOME}}}}} {{{{{attributes.REASON}}}}}"
_BY_OUTCOME: Final = f"{_WHERE} {{{{{attributes.OUTCOME}}}}}"
_RELOADED: Final = (Word(0, "old set kept", Colour.BAD), Word(1, "in force", Colour.GOOD))


def _gauge(metric: str) -> str:
    return worst(metric, PROCESSOR, INSTANCE)


_STATS: Final = (
    Panel(
        Look.STAT,
        "Processors",
        "Processors that answer, by version.",
        (
            Query(
                f"count by ({attributes.VERSION}) ({series(metrics.DRIFTLINE_INFO, PROCESSOR)})",
                f"{{{{{attributes.VERSION}}}}}",
            ),
        ),
        width=6,
        height=4,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.STAT,
        "Monitors on disk",
        "Whether the monitors on disk are the ones in force; a bad file keeps the old set.",
        (Query(f"min({series(metrics.DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL, PROCESSOR)})", "monitors"),),
        width=6,
        height=4,
        words=_RELOADED,
    ),
    Panel(
        Look.STAT,
        "Lag",
        "How far the newest accepted point lies behind the processor's clock.",
        (Query(f"max({_gauge(metrics.DRIFTLINE_LAG)})", "lag"),),
        unit=Unit.SECONDS,
        width=6,
        height=4,
        steps=((60.0, Colour.CAREFUL), (300.0, Colour.BAD)),
    ),
    Panel(
        Look.STAT,
        "Series of the limit",
        "Series shown over the number above which the processor warns.",
        (
            Query(
                f"max({_gauge(metrics.DRIFTLINE_SERIES)} / ({_gauge(metrics.DRIFTLINE_SERIES_LIMIT)} > 0))",
                "share of the limit",
            ),
        ),
        unit=Unit.SHARE,
        width=6,
        height=4,
        steps=((0.8, Colour.CAREFUL), (1.0, Colour.BAD)),
    ),
)

_RECEIVED: Final = (
    Panel(
        Look.CHART,
        "Requests",
        "OTLP requests a second, by signal and by what they were answered.",
        (
            Query(
                per_second(metrics.DRIFTLINE_REQUESTS, attributes.SIGNAL, attributes.OUTCOME, attributes.REASON),
                f"{_OUTCOME} {{{{{attributes.SIGNAL}}}}}",
            ),
        ),
        unit=Unit.REQUESTS_PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Points",
        "Metric points a second, by what became of them and why.",
        (Query(per_second(metrics.DRIFTLINE_POINTS, attributes.OUTCOME, attributes.REASON), _OUTCOME),),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Points that want a look",
        "Points ahead of the processor's clock, points that name no model, and streams over a cap, a second.",
        (
            Query(per_second(metrics.DRIFTLINE_POINTS_AHEAD), f"{_WHERE} ahead"),
            Query(per_second(metrics.DRIFTLINE_POINTS_UNATTRIBUTED), f"{_WHERE} unattributed"),
            Query(
                per_second(metrics.DRIFTLINE_OVERFLOWS, attributes.KIND),
                f"{_WHERE} over the cap {{{{{attributes.KIND}}}}}",
            ),
        ),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.CAREFUL,
    ),
    Panel(
        Look.CHART,
        "Spans, logs and references",
        "Spans, log records and announced references a second, by what became of them.",
        (
            Query(per_second(metrics.DRIFTLINE_SPANS, attributes.OUTCOME, attributes.REASON), f"{_OUTCOME} spans"),
            Query(per_second(metrics.DRIFTLINE_LOGS, attributes.OUTCOME, attributes.REASON), f"{_OUTCOME} logs"),
            Query(
                per_second(metrics.DRIFTLINE_REFERENCES, attributes.OUTCOME, attributes.REASON),
                f"{_OUTCOME} references",
            ),
        ),
        unit=Unit.PER_SECOND,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Bytes in flight",
        "Bytes of requests admitted and not yet answered.",
        (Query(_gauge(metrics.DRIFTLINE_REQUESTS_BYTES_IN_FLIGHT), _WHERE),),
        unit=Unit.BYTES,
        good=Colour.NEUTRAL,
    ),
)

_HELD: Final = (
    Panel(
        Look.CHART,
        "Memory",
        "Resident memory of the processor.",
        (Query(_gauge(metrics.DRIFTLINE_MEMORY_USAGE), _WHERE),),
        unit=Unit.BYTES,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Held",
        "Streams, model identities and panes held at present.",
        (
            Query(_gauge(metrics.DRIFTLINE_STREAMS), f"{_WHERE} streams"),
            Query(_gauge(metrics.DRIFTLINE_MODELS), f"{_WHERE} models"),
            Query(_gauge(metrics.DRIFTLINE_PANES), f"{_WHERE} panes"),
        ),
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Series shown",
        "Series of findings on the page, and the number above which the processor warns.",
        (
            Query(_gauge(metrics.DRIFTLINE_SERIES), f"{_WHERE} shown"),
            Query(_gauge(metrics.DRIFTLINE_SERIES_LIMIT), f"{_WHERE} limit"),
        ),
        width=8,
        good=Colour.NEUTRAL,
    ),
)

_JOINED: Final = (
    Panel(
        Look.CHART,
        "Outcomes",
        "Outcomes received a second, by what became of them: joined, late, duplicate, corrected, orphan, expired.",
        (Query(per_second(metrics.DRIFTLINE_OUTCOMES, attributes.OUTCOME), _BY_OUTCOME),),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Predictions for the join",
        "Predictions received a second to be joined with their outcomes, by what became of them.",
        (Query(per_second(metrics.DRIFTLINE_OUTCOMES_PREDICTIONS, attributes.OUTCOME), _BY_OUTCOME),),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Held for the join",
        "Predictions, and outcomes still without one, that wait for their other half.",
        (Query(_gauge(metrics.DRIFTLINE_OUTCOMES_ROWS), _WHERE),),
        width=8,
        good=Colour.NEUTRAL,
    ),
)

_DELIVERED: Final = (
    Panel(
        Look.CHART,
        "Looks",
        "Looks at the monitored models a second, by outcome.",
        (
            Query(
                per_second(metrics.DRIFTLINE_EVALUATIONS, attributes.OUTCOME), f"{_WHERE} {{{{{attributes.OUTCOME}}}}}"
            ),
        ),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Duration of a look",
        "How long the last look took. It should stay well under the shortest `every`.",
        (Query(_gauge(metrics.DRIFTLINE_EVALUATION_DURATION), _WHERE),),
        unit=Unit.SECONDS,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Deliveries and failures",
        "Deliveries of findings by exporter and outcome, and failed writes of the state, a second.",
        (
            Query(
                per_second(metrics.DRIFTLINE_EXPORTS, attributes.EXPORTER, attributes.OUTCOME),
                f"{_WHERE} {{{{{attributes.EXPORTER}}}}} {{{{{attributes.OUTCOME}}}}}",
            ),
            Query(per_second(metrics.DRIFTLINE_STATE_ERRORS), f"{_WHERE} state errors"),
        ),
        unit=Unit.PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
)

HEALTH_PAGE: Final = Page(
    HEALTH_UID,
    "Driftline / Processor",
    "The processor itself: what it receives, refuses, holds and delivers.",
    (_INSTANCES,),
    (
        Row("Now", _STATS),
        Row("Received", _RECEIVED),
        Row("Held", _HELD),
        Row("Outcomes", _JOINED),
        Row("Looked at and delivered", _DELIVERED),
    ),
)
