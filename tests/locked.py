"""What the lock says: some of what tests compare is worded by a library, and differently by its versions."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

LOCK = Path(__file__).parents[1] / "requirements.lock"


def only_as_locked(package: str) -> pytest.MarkDecorator:
    """Runs a test under the locked version of a package alone."""
    locked = re.findall(rf"^{re.escape(package)}==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return pytest.mark.skipif(version(package) not in locked, reason=f"compares to the letter: {package} {locked[0]}")
