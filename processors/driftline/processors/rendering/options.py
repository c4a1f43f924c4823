"""What a person may choose about what is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field

from driftline.processors.alerting import Links


@dataclass(frozen=True, slots=True)
class DataSource:
    """The Prometheus that Grafana asks."""

    uid: str = "driftline-prometheus"
    """Its uid in Grafana."""
    url: str = "http://localhost:9090"
    """Its address, as Grafana's machine reaches it."""
    interval: str = "15s"
    """How often it scrapes: the least that `$__rate_interval` is made of."""


@dataclass(frozen=True, slots=True)
class Options:
    """One choice for all targets of one rendering."""

    selector: str = ""
    """Label matchers, without braces, that every series of ours has where it is stored: `job="driftline"`; none."""
    links: Links = field(default_factory=Links)
    """Where alerts lead."""
    kubernetes: bool = False
    """Kubernetes objects in place of the files of the tools themselves."""
    datasource: DataSource = field(default_factory=DataSource)
    """Where Grafana finds the figures."""
