"""The base of every framework's instrumentor: what a room of `instrumentation/` is made of.

A room holds `README.md`, `config.py` (which versions, which options) and an `__init__.py` with one subclass of
`FrameworkInstrumentor`. The subclass names the modules it changes; each is changed when the host imports it, so a
process pays only for the frameworks it uses, and nothing is imported on its behalf.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any, ClassVar

import wrapt
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor  # type: ignore[attr-defined]  # the module opts out of typing
from opentelemetry.trace import TracerProvider

from driftline.instrumentation.scopes import Intake

_log = logging.getLogger(__name__)

ModuleChange = Callable[[ModuleType], None]


@dataclass(frozen=True, slots=True)
class FrameworkConfiguration:
    """Options that every room has: where predictions go and who makes spans; the process's own where None."""

    intake: Intake | None = None
    tracer_provider: TracerProvider | None = None


class FrameworkInstrumentor(BaseInstrumentor):  # type: ignore[misc]  # untyped, see above
    """Instruments one framework, with `opentelemetry-instrument` or by hand; undone by `uninstrument()`.

    A subclass sets `libraries` and `configuration` (a `FrameworkConfiguration`; its fields are the keyword
    arguments of `instrument()` and the options of an OpenTelemetry configuration file), and gives `changes` and
    `revert`.

    The loader of `opentelemetry-instrument` checks dependencies once a distribution and then tells every instrumentor
    to skip its own check. With many frameworks in one distribution that would either skip all or load all; so the
    check stays here, and a conflict is raised as the exception that the loader logs: at debug level when the library
    is absent, as an error when its version is out of range.
    """

    libraries: ClassVar[tuple[str, ...]]
    configuration: ClassVar[type[FrameworkConfiguration]]

    def instrumentation_dependencies(self) -> Collection[str]:
        """The libraries this room can instrument, as requirements: `("fastapi >= 0.100",)`."""
        return self.libraries

    def instrument(self, **kwargs: Any) -> Any:
        """Change the framework's modules, now or when the host imports them.

        Raises:
            DependencyConflictError: the library is absent or out of range, and the caller is the loader
                (`skip_dep_check=True`) or asked for it (`raise_exception_on_conflict=True`).
        """
        if kwargs.pop("skip_dep_check", False):
            kwargs["raise_exception_on_conflict"] = True
        return super().instrument(**kwargs)

    @abstractmethod
    def changes(self, options: Any) -> Mapping[str, ModuleChange]:
        """Module name to the function that changes the module; `options` is an instance of `configuration`."""

    @abstractmethod
    def revert(self) -> None:
        """Undo every change that was made; called also when none of the modules was ever imported."""

    def _instrument(self, **kwargs: Any) -> None:
        known = {option.name for option in fields(self.configuration)}
        options = self.configuration(**{name: value for name, value in kwargs.items() if name in known})
        self._round = active = object()
        for module, change in self.changes(options).items():
            wrapt.register_post_import_hook(self._when_active(active, change), module)

    def _uninstrument(self, **_: Any) -> None:
        self._round = None  # a hook cannot be withdrawn; it looks here before it acts
        self.revert()

    def _when_active(self, active: object, change: ModuleChange) -> ModuleChange:
        def hook(module: ModuleType) -> None:
            if self._round is not active:
                return
            try:
                change(module)
            except Exception:  # noqa: BLE001 - the host's import must succeed whatever goes wrong in here
                _log.exception("Driftline could not instrument %s; it runs unobserved", module.__name__)

        return hook

    _round: object | None = None
