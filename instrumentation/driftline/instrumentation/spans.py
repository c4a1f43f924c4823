"""The span of a prediction: the server's own where there is one, else one named `predict {model}`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import SpanKind, TracerProvider

from driftline.semconv import SCHEMA_URL, attributes


@contextmanager
def predict(model: str, rows: int | None, provider: TracerProvider | None = None) -> Iterator[None]:
    """Put the model and the number of rows on a span around the block.

    Attributes go onto the present span where that is the server's; otherwise an INTERNAL span is made. Without an
    OpenTelemetry SDK both cost next to nothing and do nothing.
    """
    known = {attributes.ML_MODEL_NAME: model} | ({} if rows is None else {attributes.ML_PREDICTION_ROWS: rows})
    server = trace.get_current_span()
    if server.is_recording() and getattr(server, "kind", None) is SpanKind.SERVER:
        server.set_attributes(known)
        yield
        return
    tracer = trace.get_tracer("driftline.instrumentation", tracer_provider=provider, schema_url=SCHEMA_URL)
    with tracer.start_as_current_span(f"predict {model}", attributes=known) as span:
        try:
            yield
        except Exception as error:
            span.set_attribute(attributes.ERROR_TYPE, type(error).__qualname__)
            raise
