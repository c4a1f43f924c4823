"""Changing estimator classes: those that exist, those still to be written, and the mixins they take methods from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from driftline.instrumentation.sklearn import calls
from driftline.instrumentation.sklearn.config import OUTPUTS, TRAINING, SklearnConfiguration

_INNER: Final = "_driftline_inner"
_base: list[Any] = []


def change(options: SklearnConfiguration, module: Any) -> None:
    """Observe every subclass of `BaseEstimator`, now and whenever one is defined."""
    base = module.BaseEstimator
    calls.configure(options)
    _base[:] = [base]
    _announce_subclasses(base)
    for cls in _family(base):
        observe(cls)


def revert() -> None:
    """Give every class its own methods back."""
    for base in _base:
        if hasattr(base.__init_subclass__, _INNER):
            del base.__init_subclass__
        for cls in _family(base):
            for owner, name, member in _members(cls):
                if hasattr(member, _INNER):
                    setattr(owner, name, getattr(member, _INNER))
    _base.clear()


def observe(cls: type) -> None:
    """Wrap the methods of `cls` and of what it inherits from: many answers live in mixins that are no estimators."""
    for owner, name, member in _members(cls):
        if not hasattr(member, _INNER):
            setattr(owner, name, _wrapped(name, member))


def _members(cls: type) -> Iterator[tuple[type, str, Any]]:
    for owner in cls.__mro__:
        for name in (*OUTPUTS, *TRAINING):
            member = owner.__dict__.get(name)
            if hasattr(member, "__get__") and not isinstance(member, (property, staticmethod, classmethod)):
                yield owner, name, member


def _family(base: Any) -> Iterator[type]:
    yield base
    for cls in base.__subclasses__():
        yield from _family(cls)


def _announce_subclasses(base: Any) -> None:
    def announce(cls: Any, /, **kwargs: Any) -> None:
        super(base, cls).__init_subclass__(**kwargs)
        observe(cls)

    setattr(announce, _INNER, None)
    base.__init_subclass__ = classmethod(announce)


def _wrapped(name: str, member: Any) -> Any:
    around = calls.train if name in TRAINING else calls.ask
    if hasattr(member, "__code__") or not hasattr(member, "fn"):
        return _method(around, name, member)
    return _ConditionalMethod(around, name, member)


def _method(around: Callable[..., Any], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return around(name, function, self, args, kwargs)

    setattr(method, _INNER, function)
    return method


class _ConditionalMethod:
    """A method that exists only where its own condition says so (`available_if`): `Pipeline.predict_proba`.

    The condition is asked first and raises what it always raised, so `hasattr` answers as before.
    """

    def __init__(self, around: Callable[..., Any], name: str, inner: Any) -> None:
        functools.update_wrapper(cast("Callable[..., Any]", self), inner)
        self._driftline_inner = inner
        self._around = around
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        available = self._driftline_inner.__get__(instance, owner)
        if instance is None:
            return _method(self._around, self._name, available)

        @functools.wraps(available)
        def bound(*args: Any, **kwargs: Any) -> Any:
            return self._around(self._name, _without_self(available), instance, args, kwargs)

        return bound


def _without_self(bound: Callable[..., Any]) -> Callable[..., Any]:
    def call(_: Any, *args: Any, **kwargs: Any) -> Any:
        return bound(*args, **kwargs)

    return call
