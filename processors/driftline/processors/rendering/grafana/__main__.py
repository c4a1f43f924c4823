"""`python -m driftline.processors.rendering.grafana -o dashboards [--check]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from driftline.processors.rendering.grafana.errors import GrafanaError
from driftline.processors.rendering.grafana.files import differing, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the dashboards, or with `--check` only say which files differ.

    Returns:
        0 when done, 1 when `--check` found a difference, 2 when the SDK is missing.
    """
    parser = argparse.ArgumentParser(prog="driftline.processors.rendering.grafana", description="Grafana dashboards.")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the dashboards")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the files differ")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.check:
            return _report(differing(chosen.output))
        for path in write(chosen.output):
            sys.stdout.write(f"wrote {path}\n")
    except GrafanaError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _report(changed: Sequence[Path]) -> int:
    for path in changed:
        sys.stderr.write(f"{path} is not what the code writes; run without --check\n")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
