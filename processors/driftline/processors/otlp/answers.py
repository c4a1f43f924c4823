"""What a sender is told: the response messages of the three services, and `google.rpc.Status` for errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from google.protobuf.any_pb2 import Any
from google.protobuf.message import Message
from google.rpc.code_pb2 import INTERNAL, INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAVAILABLE
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from driftline.processors.observations import REFUSED, Reason
from driftline.processors.otlp.errors import MalformedError, OtlpError, OverloadedError, TooLargeError


class Signal(StrEnum):
    """The three services of OTLP that are served here; the value is the last part of the HTTP path."""

    METRICS = "metrics"
    TRACES = "traces"
    LOGS = "logs"


REQUESTS: Mapping[Signal, type[Message]] = {
    Signal.METRICS: ExportMetricsServiceRequest,
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.LOGS: ExportLogsServiceRequest,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A request that was taken, whole or in part.

    Args:
        signal: which service was called.
        rejected: how many points, spans or records were not taken; the sender must not send them again.
        message: why, in English; empty when nothing was rejected.
    """

    signal: Signal
    rejected: int = 0
    message: str = ""

    def response(self) -> Message:
        """The service's response; `partial_success` stays unset when all was taken.

        Source: OTLP specification, "Partial Success".
        """
        if self.signal is Signal.METRICS:
            metrics = ExportMetricsServiceResponse()
            if self.rejected:
                metrics.partial_success.rejected_data_points = self.rejected
                metrics.partial_success.error_message = self.message
            return metrics
        if self.signal is Signal.TRACES:
            return ExportTraceServiceResponse()  # spans are never refused one by one
        logs = ExportLogsServiceResponse()
        if self.rejected:
            logs.partial_success.rejected_log_records = self.rejected
            logs.partial_success.error_message = self.message
        return logs


_ADVICE = {
    Reason.TOO_FAR_AHEAD: "the time is more than a day ahead: check the sender's clock",
    Reason.TIME_ZERO: "time_unix_nano is 0: set it",
    Reason.COUNT_MISMATCH: "count is not the sum of the bucket counts",
    Reason.BOUNDS_NOT_ASCENDING: "explicit_bounds must be finite and ascend",
    Reason.BUCKETS_DO_NOT_MATCH_BOUNDS: "there must be one more bucket count than explicit_bounds",
    Reason.SCALE_OUT_OF_RANGE: "the exponential scale must be -10 to 20 and the offsets within 32 bits",
    Reason.VALUE_NOT_FINITE: "a counter value is NaN or infinite",
    Reason.NEGATIVE_COUNT: "a count is 2^63 or more",
    Reason.TEMPORALITY_UNSPECIFIED: "aggregation_temporality must be delta or cumulative",
    Reason.OVER_LIMIT: "the limit on series is reached: raise limits.series or send fewer attributes",
    Reason.UNSUPPORTED: "this metric must be a histogram or a monotonic sum",
}
"""What the sender is told, for every reason in `REFUSED`."""


def explain(rejected: Mapping[Reason, int]) -> str:
    """The refusals in one line, the most frequent first.

    >>> explain({Reason.TIME_ZERO: 2, Reason.LATE: 5})
    '2 x time_zero (time_unix_nano is 0: set it)'
    """
    refused = Counter({reason: count for reason, count in rejected.items() if reason in REFUSED})
    return "; ".join(f"{count} x {reason} ({_ADVICE[reason]})" for reason, count in refused.most_common())


def status_of(error: Exception) -> Status:
    """The `google.rpc.Status` of a failed request, with `BadRequest` or `RetryInfo` in its details.

    Only a request that is welcome again carries a `RetryInfo`: senders take RESOURCE_EXHAUSTED without one as final.

    Source: OTLP specification, "Failures" and "OTLP/gRPC Throttling".
    """
    if isinstance(error, MalformedError):
        bad = BadRequest(field_violations=[BadRequest.FieldViolation(field="body", description=str(error))])
        return _status(INVALID_ARGUMENT, str(error), bad)
    if isinstance(error, TooLargeError):
        return _status(RESOURCE_EXHAUSTED, str(error))
    if isinstance(error, OverloadedError):
        return _status(UNAVAILABLE, str(error), retry_info(error))
    if isinstance(error, OtlpError):
        return _status(INVALID_ARGUMENT, str(error))
    return _status(INTERNAL, "the processor failed on this request; its log says why")


def retry_info(error: OverloadedError) -> RetryInfo:
    """The pause asked for, as the message both forms of RetryInfo carry."""
    info = RetryInfo()
    info.retry_delay.FromMilliseconds(ceil(error.retry_after_seconds * 1000))
    return info


def _status(code: int, message: str, detail: Message | None = None) -> Status:
    status = Status(code=code, message=message)
    if detail is not None:
        packed = Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status
