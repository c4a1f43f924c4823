"""What a person may choose about what is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field

from driftline.processors.alerting import Links


@dataclass(frozen=True, slots=True)
class Options:
    """One choice for all targets of one rendering."""

    selector: str = ""
    """Label matchers, without braces, that every series of ours has where it is stored: `job="driftline"`; none."""
    links: Links = field(default_factory=Links)
    """Where alerts lead."""
    kubernetes: bool = False
    """Kubernetes objects in place of the files of the tools themselves."""
