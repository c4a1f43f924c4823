"""What can go wrong with the state."""

from __future__ import annotations


class StateError(OSError):
    """The state cannot be kept where it was asked for: the folder is not writable, or another processor uses it."""


class CorruptStateError(ValueError):
    """What is in the state file was not written by this version of Driftline, or was damaged since."""
