"""Metrics of the processor itself, and of a recorder's own losses. They carry no model's identity."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, metrics
from driftline.semconv.registry.definitions import Instrument, Metric

HEALTH_TABLE: Final = (
    Metric(
        metrics.DRIFTLINE_INFO,
        Instrument.GAUGE,
        "",
        "always 1; the version of the processor that answers",
        (attributes.VERSION,),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_REQUESTS,
        Instrument.COUNTER,
        "{request}",
        "OTLP requests received, by what they were answered",
        (attributes.SIGNAL, attributes.TRANSPORT, attributes.OUTCOME, attributes.REASON),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_REQUESTS_BYTES_IN_FLIGHT,
        Instrument.GAUGE,
        "By",
        "bytes of requests admitted and not yet answered",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_POINTS,
        Instrument.COUNTER,
        "{point}",
        "metric points received, by what became of them and why",
        (attributes.OUTCOME, attributes.REASON),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_POINTS_AHEAD,
        Instrument.COUNTER,
        "{point}",
        "accepted points ahead of our clock, counted in the pane of their arrival",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_POINTS_UNATTRIBUTED,
        Instrument.COUNTER,
        "{point}",
        "points of the contract's metrics that name no model",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_SPANS,
        Instrument.COUNTER,
        "{span}",
        "spans received, by what became of them and why",
        (attributes.OUTCOME, attributes.REASON),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_LOGS,
        Instrument.COUNTER,
        "{record}",
        "log records and events received, by what became of them and why",
        (attributes.OUTCOME, attributes.REASON),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_REFERENCES,
        Instrument.COUNTER,
        "{event}",
        "announced reference profiles, by what became of them and why",
        (attributes.OUTCOME, attributes.REASON),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_OUTCOMES,
        Instrument.COUNTER,
        "{outcome}",
        "outcomes received, by what became of them: `joined`, `late`, `duplicate`, and so on",
        (attributes.OUTCOME,),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_OUTCOMES_PREDICTIONS,
        Instrument.COUNTER,
        "{prediction}",
        "predictions received for the join of outcomes, by what became of them",
        (attributes.OUTCOME,),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_OUTCOMES_MATCH_RATE,
        Instrument.GAUGE,
        "",
        "outcomes that have their prediction / outcomes held",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_OUTCOMES_ROWS,
        Instrument.GAUGE,
        "",
        "predictions and orphans held for the join of outcomes",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_FORWARDS,
        Instrument.COUNTER,
        "{request}",
        "requests passed on to the forward target, by outcome",
        (attributes.SIGNAL, attributes.OUTCOME),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_OVERFLOWS,
        Instrument.COUNTER,
        "{stream}",
        "models, fields, categories or segments over their cap, counted under `_OTHER` or refused",
        (attributes.KIND,),
        identified=False,
    ),
    Metric(metrics.DRIFTLINE_STREAMS, Instrument.GAUGE, "", "streams remembered at present", identified=False),
    Metric(
        metrics.DRIFTLINE_MODELS, Instrument.GAUGE, "", "model identities with a window at present", identified=False
    ),
    Metric(metrics.DRIFTLINE_PANES, Instrument.GAUGE, "", "panes held at present", identified=False),
    Metric(
        metrics.DRIFTLINE_LAG,
        Instrument.GAUGE,
        "s",
        "how far the newest accepted point lies behind our clock",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_EVALUATIONS,
        Instrument.COUNTER,
        "{evaluation}",
        "looks at the monitored models, by outcome",
        (attributes.OUTCOME,),
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_EVALUATION_DURATION, Instrument.GAUGE, "s", "how long the last look took", identified=False
    ),
    Metric(
        metrics.DRIFTLINE_EXPORTS,
        Instrument.COUNTER,
        "{export}",
        "deliveries of findings, by exporter and outcome",
        (attributes.EXPORTER, attributes.OUTCOME),
        identified=False,
    ),
    Metric(metrics.DRIFTLINE_SERIES, Instrument.GAUGE, "", "series shown at present", identified=False),
    Metric(
        metrics.DRIFTLINE_SERIES_LIMIT, Instrument.GAUGE, "", "series over which the processor warns", identified=False
    ),
    Metric(
        metrics.DRIFTLINE_MEMORY_USAGE, Instrument.GAUGE, "By", "resident memory of the processor", identified=False
    ),
    Metric(
        metrics.DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL,
        Instrument.GAUGE,
        "",
        "1 when the monitors on disk are the ones in force, 0 when a bad file keeps the old set",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_STATE_ERRORS,
        Instrument.COUNTER,
        "{error}",
        "writes of the state that failed",
        identified=False,
    ),
    Metric(
        metrics.DRIFTLINE_RECORDER_DROPPED,
        Instrument.COUNTER,
        "{row}",
        "rows a recorder did not keep, by reason",
        (attributes.REASON,),
        identified=False,
    ),
)
