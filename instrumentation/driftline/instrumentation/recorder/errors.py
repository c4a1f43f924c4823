"""What a recorder can be asked and cannot do. None of these ever reaches the host: they are logged and counted."""

from __future__ import annotations


class RecorderError(Exception):
    """The recorder cannot do what it was asked; the message says what to do instead."""


class ReferenceProfileError(RecorderError):
    """The reference profile cannot be read; the recorder goes on without one."""


class TransportError(RecorderError):
    """Nothing can be sent the way the configuration asks for."""


class ShapeError(RecorderError):
    """The arguments of one call do not fit each other; the call is not recorded."""
