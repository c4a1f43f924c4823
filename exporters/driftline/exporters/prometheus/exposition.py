"""The text a scrape is answered with."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from prometheus_client.exposition import choose_encoder

from driftline.exporters.prometheus.exporter import PrometheusExporter


@dataclass(frozen=True, slots=True)
class Exposition:
    """Body and headers of the answer to one scrape."""

    body: bytes
    headers: dict[str, str]


def expose(exporter: PrometheusExporter, *, accept: str = "", accept_encoding: str = "") -> Exposition:
    """Word the present look for one scraper.

    Args:
        exporter: whose findings to show.
        accept: the request's Accept header; chooses between Prometheus text and OpenMetrics.
        accept_encoding: the request's Accept-Encoding header; gzip is used when it is named.

    Source: Prometheus documentation, "Exposition formats", content negotiation.
    """
    encode, content_type = choose_encoder(accept)
    headers = {"Content-Type": content_type}
    body = encode(exporter)
    if "gzip" in accept_encoding:
        body = gzip.compress(body, compresslevel=1)
        headers["Content-Encoding"] = "gzip"
    return Exposition(body, headers)
