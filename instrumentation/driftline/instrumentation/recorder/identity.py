"""Who a recorder speaks for: the model's name and version, the process, and where each came from."""

from __future__ import annotations

import functools
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from opentelemetry.sdk.resources import Resource

from driftline.semconv import attributes

NAME_VARIABLE: Final = "DRIFTLINE_MODEL_NAME"
VERSION_VARIABLE: Final = "DRIFTLINE_MODEL_VERSION"
REFERENCE_VARIABLE: Final = "DRIFTLINE_REFERENCE"
UNNAMED: Final = "model"


@dataclass(frozen=True, slots=True)
class Hints:
    """What a framework knows of a model it serves.

    `registered` is the framework's own name for it (an MLflow model URI) and goes before the service's name;
    `class_name` comes last. `alone` says that this process serves no other model: only then the service's name is
    the model's.
    """

    class_name: str | None = None
    registered: str | None = None
    version: str | None = None
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """A value and who said it."""

    value: str | None
    said_by: str


def choose_name(
    argument: str | None, environ: Mapping[str, str], resource: Mapping[str, object], hints: Hints
) -> Choice:
    """The model's name, first that there is: argument, variable, resource, registry, service, class.

    >>> choose_name(None, {}, {"service.name": "scoring"}, Hints(class_name="LogisticRegression"))
    Choice(value='scoring', said_by='service.name')
    """
    service = resource.get(attributes.SERVICE_NAME) if hints.alone else None
    if str(service).startswith("unknown_service"):
        service = None
    found = _first(
        (argument, "the argument"),
        (environ.get(NAME_VARIABLE), NAME_VARIABLE),
        (resource.get(attributes.ML_MODEL_NAME), "the resource"),
        (hints.registered, "the framework"),
        (service, attributes.SERVICE_NAME),
        (hints.class_name, "the class"),
    )
    return found if found.value is not None else Choice(UNNAMED, "nothing: set DRIFTLINE_MODEL_NAME")


def choose_version(
    argument: str | None,
    environ: Mapping[str, str],
    resource: Mapping[str, object],
    hints: Hints,
    profile: str | None,
) -> Choice:
    """The model's version, first that there is: argument, variable, resource, framework, the profile's."""
    return _first(
        (argument, "the argument"),
        (environ.get(VERSION_VARIABLE), VERSION_VARIABLE),
        (resource.get(attributes.ML_MODEL_VERSION), "the resource"),
        (hints.version, "the framework"),
        (profile, "the reference profile"),
    )


def is_of(model: str | None, named: Choice, hints: Hints) -> bool:
    """Whether a profile given to the whole process is that of a recorder's model.

    It is when it names this model. A process that serves one model may name it otherwise, or not at all, as long as
    nobody chose the model's name: a service's or a class's name says nothing against it.

    >>> is_of("credit", Choice("fraud", "the argument"), Hints())
    False
    >>> is_of("credit", Choice("Ridge", "the class"), Hints())
    True
    """
    if model is not None and model == named.value:
        return True
    chosen = named.said_by in {"the argument", "the resource", "the framework"}
    return hints.alone and (model is None or not chosen)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whom a recorder speaks for: name and version, who said them, and the attributes of every point."""

    name: Choice
    version: Choice
    attributes: Mapping[str, str]

    def __str__(self) -> str:
        name, version = self.name, self.version
        return f"model {name.value} (named by {name.said_by}), version {version.value} (by {version.said_by})"


def speaker(name: Choice, version: Choice, *, variant: str | None, environment: str | None) -> Speaker:
    """Name and version with the attributes they make; what nobody said is left out.

    >>> speaker(Choice("credit", "x"), Choice(None, "nobody"), variant="canary", environment=None).attributes
    {'ml.model.name': 'credit', 'ml.model.variant': 'canary'}
    """
    said = {
        attributes.ML_MODEL_NAME: name.value,
        attributes.ML_MODEL_VERSION: version.value,
        attributes.ML_MODEL_VARIANT: variant,
        attributes.DEPLOYMENT_ENVIRONMENT_NAME: environment,
    }
    return Speaker(name, version, {key: value for key, value in said.items() if value is not None})


def _first(*candidates: tuple[object, str]) -> Choice:
    return next((Choice(str(value), said_by) for value, said_by in candidates if value), Choice(None, "nobody"))


def process_resource(resource: Resource) -> Resource:
    """The resource with a `service.instance.id` of this very process.

    One that was configured is shared by all workers of a server, so this process's number and a random part are
    added to it; cumulative points of two processes must never look like one stream.
    """
    known = resource.attributes.get(attributes.SERVICE_INSTANCE_ID)
    unique = _process_uuid(os.getpid())
    shown = str(unique) if not known or _random(str(known)) else f"{known}/{os.getpid()}-{unique.hex[:8]}"
    return resource.merge(Resource({attributes.SERVICE_INSTANCE_ID: shown}))


@functools.lru_cache(maxsize=1)
def _process_uuid(_: int) -> uuid.UUID:
    """The same for all recorders of a process; a forked child has another number and so another one."""
    return uuid.uuid4()


def _random(known: str) -> bool:
    try:
        return uuid.UUID(known).version == 4
    except ValueError:
        return False
