"""Plays the demo: trains, starts both servers, sends the story's traffic, and watches the processor's own figures."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
from rich.console import RenderableType

from driftline.processors.demo.children import ChildError
from driftline.processors.demo.reading import Reading, read
from driftline.processors.demo.stage import Stage, stage
from driftline.processors.demo.story import Story
from driftline.processors.demo.traffic import Traffic
from driftline.processors.demo.train import MODEL, train
from driftline.processors.demo.view import Counted, figure, frame, verdict

LOOK_SECONDS: Final = 0.5


@dataclass(slots=True)
class Outcome:
    """What the demo showed. `seconds_to_detection` counts from the first changed row; None if nothing was found.

    `proven` says that outcomes made the performance of some predictions final.
    """

    model: str = MODEL
    drifted: list[str] = field(default_factory=list)
    healed: bool = False
    predictions: int = 0
    seconds_to_detection: float | None = None
    proven: bool = False

    @property
    def as_told(self) -> bool:
        """Whether the story went as it should: the airline drifted, nothing else did, and it healed."""
        return self.drifted == ["airline"] and self.healed

    def to_dict(self) -> dict[str, Any]:
        """The last line of `driftline demo --json`; a figure that does not exist is left out."""
        known = {
            "model": self.model,
            "drifted": self.drifted,
            "healed": self.healed,
            "predictions": self.predictions,
        }
        if self.seconds_to_detection is None:
            return known
        return known | {"seconds_to_detection": round(self.seconds_to_detection, 1)}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: `say` gets a line for each event, `show` a picture at each look."""

    say: Callable[[str], None]
    show: Callable[[RenderableType, Reading], None]


def play(story: Story, audience: Audience, *, seed: int = 2015) -> Outcome:
    """Play the whole story and leave nothing behind: no process, no file.

    Raises:
        ChildError: a server did not start or ended early, or the client could not reach it.
    """
    with tempfile.TemporaryDirectory(prefix="driftline-demo-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        audience.say("training a model on the flights of January and February 2015, profiling it on March ...")
        trained = train(folder)
        audience.say("starting `driftline run`, and `opentelemetry-instrument python serve.py` ...")
        with (
            stage(folder, trained, story) as servers,
            Traffic(servers.model_url, servers.control_url, story, np.random.default_rng(seed)) as traffic,
            httpx.Client() as client,
        ):
            return _watch(story, servers, traffic, client, audience)


def _watch(story: Story, servers: Stage, traffic: Traffic, client: httpx.Client, audience: Audience) -> Outcome:
    outcome = Outcome()
    told: str | None = None
    places = _places(servers)
    while traffic.elapsed < story.duration:
        servers.check()
        if traffic.error is not None:
            raise ChildError(f"the client could not go on: {traffic.error!r}") from traffic.error
        if (phase := story.phase(traffic.elapsed)).title != told:
            told = phase.title
            audience.say(f"{traffic.elapsed:5.0f} s  traffic: {told}")
        reading = read(client.get(servers.metrics_url).raise_for_status().text, MODEL)
        for line in learn(outcome, reading, story, traffic.elapsed):
            audience.say(f"{traffic.elapsed:5.0f} s  {line}")
        outcome.predictions = traffic.predictions
        counted = Counted(traffic.predictions, traffic.landings.told)
        audience.show(frame(reading, story, traffic.elapsed, counted, places), reading)
        time.sleep(LOOK_SECONDS)
    return outcome


def learn(outcome: Outcome, reading: Reading, story: Story, elapsed: float) -> list[str]:
    """Put one look into the outcome; returns what is new, in words.

    A level that swings around the limit while the window still fills with July is no healing: only once the traffic is
    back can it be.
    """
    new = [found for found in reading.fields if found.drifted and found.name not in outcome.drifted]
    outcome.drifted += [found.name for found in new]
    lines = [verdict(found) for found in new]
    if new and outcome.seconds_to_detection is None:
        outcome.seconds_to_detection = elapsed - story.change
    final = next((one for one in reading.performance if one.kind == "realized"), None)
    if final is not None and not outcome.proven:
        outcome.proven = True
        lines.append(f"provisional has turned final: {figure(final)}")
    healed = bool(outcome.drifted) and elapsed > story.healing and reading.status == "ok" and not reading.drifted
    if healed and not outcome.healed:
        lines.append("healed: every field is within its limit again")
    outcome.healed = healed
    return lines


def _places(servers: Stage) -> dict[str, str]:
    return {
        "the model": f"{servers.model_url}/docs",
        "what Prometheus scrapes": servers.metrics_url,
        "OTLP, to send your own": f"http://{servers.addresses['otlp_http']}  grpc {servers.addresses['otlp_grpc']}",
        "performance, drawn": f"{servers.control_url}/models/{MODEL}",
        "look at": 'ml_drift_level{ml_field_name="airline"}: over 1 is drift',
    }
