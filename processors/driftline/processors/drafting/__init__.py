"""A first monitor for a model, drafted from what is known of it."""

from __future__ import annotations

from driftline.processors.drafting.known import Known, KnownField
from driftline.processors.drafting.profiles import known_of_profile
from driftline.processors.drafting.text import draft
from driftline.processors.drafting.traffic import known_of_traffic

__all__ = ["Known", "KnownField", "draft", "known_of_profile", "known_of_traffic"]
