"""Record what River and Frouros say of the streams in `golden.json`.

    python -m tests.processors.detectors.concept.record

Each runs in its own environment, pinned in `tests.benchmarks.peers.environments`.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from tests.benchmarks.peers.environments import PEERS, interpreter

GOLDEN = Path(__file__).with_name("golden.json")
_ROOT = Path(__file__).resolve().parents[4]


def main() -> None:
    """Write the file anew."""
    found = {PEERS[name].requirement: _said(name) for name in ("river", "frouros")}
    GOLDEN.write_text(json.dumps(found, separators=(",", ":")).replace("}],", "}],\n") + "\n")


def _said(peer: str) -> object:
    command = [str(interpreter(peer)), "-m", "tests.processors.detectors.concept.peers", peer]
    done = subprocess.run(
        command, cwd=_ROOT, env={**os.environ, "PYTHONPATH": str(_ROOT)}, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
