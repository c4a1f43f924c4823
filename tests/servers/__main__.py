"""`python -m tests.servers`: make every real part the tests know, saying what takes time. Exit 1 when one is missing.

Run by `make servers`, so that no test waits for a build.
"""

from __future__ import annotations

import sys
import time

from tests.servers.parts import PARTS, MissingPartError, Part, find, find_or_build


def main() -> int:
    """Find or build all parts; returns how many are missing, at most 1."""
    missing = [part for part in PARTS if not _have(part)]
    return min(len(missing), 1)


def _have(part: Part) -> bool:
    try:
        say(f"{part}: {find(part.name, part.version)}")
    except MissingPartError:
        return _get(part)
    return True


def _get(part: Part) -> bool:
    say(f"{part}: getting it, once; about {part.minutes:g} minutes ...")
    began = time.monotonic()
    try:
        program = find_or_build(part.name, part.version)
    except MissingPartError as missing:
        say(f"{part}: MISSING: {missing}")
        return False
    say(f"{part}: {program} ({time.monotonic() - began:.0f} s)")
    return True


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"servers: {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
