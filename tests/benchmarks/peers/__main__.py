"""Our check and detectors beside seven peers, each in its own environment, on the same data.

    python -m tests.benchmarks.peers [PEER...]

Peers: evidently nannyml whylogs alibi_detect scouter frouros river, and driftline for ours. The first run installs them
(4 GB under ~/.cache/driftline/peers) and takes long; nothing of it is part of the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.peers import jobs, ours, table
from tests.benchmarks.peers.environments import PEERS, PeerError, interpreter, megabytes, version

TIMEOUT_S = 1_200
QUIET = {"DO_NOT_TRACK": "1", "NML_DISABLE_USAGE_LOGGING": "1", "WHYLOGS_NO_ANALYTICS": "True"}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
OURS = "driftline"

Answers = dict[str, dict[tuple[str, str], Any]]


def main(names: list[str]) -> int:
    """Print the three tables; how many peers could not be asked."""
    folder, failed, sizes = jobs.write(), 0, {}
    answers: Answers = {"job": {}, "rates": {}, "streams": {}}
    for name in names or [OURS, *PEERS]:
        title = f"{PEERS[name].title} {version(name)}" if name in PEERS else "Driftline"
        try:
            python = interpreter(name) if name in PEERS else Path(sys.executable)
            if name in PEERS:
                sizes[title] = megabytes(name)
            _ask(python, name, title, folder, answers)
        except PeerError as error:
            failed += 1
            answers["job"][title, "-"] = str(error)
    if not names or OURS in names:
        answers["streams"] |= {("Driftline", name): ours.streams(name) for name in ours.NAMES}
    _print(answers, sizes)
    return failed


def _ask(python: Path, name: str, title: str, folder: Path, answers: Answers) -> None:
    for what, methods in _run(python, name, "names", folder, "").items():
        for method in methods:
            print(f"{title}: {what}: {method}", file=sys.stderr, flush=True)
            try:
                answers[what][title, method] = _run(python, name, what, folder, method)
            except PeerError as error:
                answers[what][title, method] = str(error)


def _run(python: Path, name: str, what: str, folder: Path, method: str) -> Any:
    """One process for each question, so that its memory is its own."""
    command = [str(python), "-W", "ignore", "-m", f"tests.benchmarks.peers.with_{name}", what, str(folder), method]
    environment = os.environ | QUIET | ONE_THREAD
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise PeerError(f"not done after {TIMEOUT_S} s") from None
    if done.returncode:
        raise PeerError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


def _print(answers: Answers, sizes: dict[str, float]) -> None:
    kinds = ("numeric", *map(str, jobs.CATEGORIES))
    fields = jobs.NUMERIC + len(jobs.LEVELS)
    for lines in (
        table.job(answers["job"], sizes, jobs.CHANGED, fields),
        table.rates(answers["rates"], kinds, jobs.SIZES),
        table.streams(answers["streams"]),
    ):
        print("", *lines, sep="\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
