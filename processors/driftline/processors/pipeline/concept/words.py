"""Why a finding of concept drift says what it says: one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from driftline.processors.findings import Signal, State


def said(signals: Sequence[Signal], rate: float, outcomes: int, status: State) -> str:
    """Of a cohort: its errors, and who alarmed at which prediction."""
    wrong = f"{rate:.1%} of {outcomes:,} predictions were wrong"
    if status is State.WARMING_UP:
        return f"{wrong}; the detectors still learn."
    alarmed = [_alarm(each) for each in signals if each.detected]
    if not alarmed:
        return f"{wrong}; no detector says that this has changed."
    return f"{wrong}; concept drift by {', '.join(alarmed)}."


def _alarm(signal: Signal) -> str:
    if signal.at_ns is None:
        return signal.detector
    moment = datetime.fromtimestamp(signal.at_ns // 10**9, UTC)
    return f"{signal.detector} at predictions of {moment:%Y-%m-%d %H:%M} UTC"
