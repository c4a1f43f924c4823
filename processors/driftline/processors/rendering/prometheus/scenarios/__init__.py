"""Stories for `promtool test rules`, written beside the rules: what must page, and what must not."""

from __future__ import annotations

from driftline.processors.rendering.prometheus.scenarios.story import Check, Input, Story
from driftline.processors.rendering.prometheus.scenarios.telling import stories_of
from driftline.processors.rendering.prometheus.scenarios.text import tests_text

__all__ = ["Check", "Input", "Story", "stories_of", "tests_text"]
