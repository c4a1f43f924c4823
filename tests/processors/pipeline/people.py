"""A model whose score goes with its fields, and a server that sends people and their scores."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from driftline.processors.monitor import MonitorSet
from driftline.processors.profile import Profile
from tests.processors.pipeline.world import Sender, World, like, monitors

WINDOW = "  window: {length: 1m, every: 10s}"


def score_of(age: np.ndarray, plan: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-(age - 40) / 10)) * 0.8 + 0.1 * (plan == "b"))


@cache
def scored() -> Profile:
    """20,000 people whose score goes with their age, and a little with their plan."""
    random = np.random.default_rng(0)
    age, plan = random.normal(40, 10, 20_000), random.choice(["a", "b", "c"], 20_000)
    return Profile.from_table({"age": age, "plan": plan, "score": score_of(age, plan)}, model="credit", version="7")


class People:
    """A model server: sends people, and the score of each."""

    def __init__(self, world: World, version: str = "7", **resource: str) -> None:
        self.random = np.random.default_rng(3)
        self.plain = Sender.of(world, version, **resource)
        self.by_name = {name: Sender.of(world, version, **resource) for name in ("age", "score")}
        for name, sender in self.by_name.items():
            sender.bounds = like(scored(), name)

    def send(self, count: int, mean: float = 40, region: str | None = None) -> None:
        attributes = {} if region is None else {"region": region}
        age, plan = self.random.normal(mean, 10, count), self.random.choice(["a", "b", "c"], count)
        for name, values in (("age", age), ("score", score_of(age, plan))):
            role = "score" if name == "score" else "feature"
            named = {"ml.field.name": name, "ml.field.role": role, **attributes}
            self.by_name[name].histogram(values, "ml.field.distribution", **named)
        self.plain.plan({name: int((plan == name).sum()) for name in "abc"}, **attributes)


def spec(folder: Path, more: str = WINDOW) -> MonitorSet:
    scored().save(folder / "credit.profile.json")
    return monitors(folder, f"  reference: {{profile: credit.profile.json}}\n{more}")
