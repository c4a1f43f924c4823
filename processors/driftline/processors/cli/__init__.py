"""The `driftline` command. In a base install (a model server) it says what to install and exits 2."""

from __future__ import annotations

import sys

MISSING = "This command needs the processor: pip install 'driftline[processor]'"


def main() -> None:
    """Run the command line: 0 fine, 1 drift or a finding, 2 could not do it."""
    try:
        from driftline.processors.cli.app import invoke
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("driftline"):
            raise  # a broken install is not a missing extra
        sys.stderr.write(f"{MISSING}\n")
        sys.exit(2)
    sys.exit(invoke())
