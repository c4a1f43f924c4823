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

Answers = dict[tuple[str, str], Any]
Methods = dict[str, dict[str, list[str]]]


def main(names: list[str]) -> int:
    """Print the three tables, each when it is done; how many peers could not be installed."""
    folder, methods = jobs.write(), {}
    for name in names or [OURS, *PEERS]:
        try:
            methods[name] = _run(name, "names", folder, "")
        except PeerError as error:
            print(f"{_title(name)}: {error}\n")
    sizes = {_title(name): megabytes(name) for name in methods if name != OURS}
    fields, kinds = jobs.NUMERIC + len(jobs.LEVELS), ("numeric", *map(str, jobs.CATEGORIES))
    _print(table.job(_ask("job", methods, folder), sizes, jobs.CHANGED, fields))
    charts = {("Driftline", name): ours.streams(name) for name in ours.NAMES if OURS in methods}
    _print(table.streams(charts | _ask("streams", methods, folder)))
    _print(table.rates(_ask("rates", methods, folder), kinds, jobs.SIZES))
    return len(names or [OURS, *PEERS]) - len(methods)


def _title(name: str) -> str:
    return f"{PEERS[name].title} {version(name)}" if name in PEERS else "Driftline"


def _ask(what: str, methods: Methods, folder: Path) -> Answers:
    """The answers of every method to one of the three questions; the reason where there is none."""
    answers: Answers = {}
    for name, offered in methods.items():
        for method in offered[what]:
            try:
                answers[_title(name), method] = _run(name, what, folder, method)
            except PeerError as error:
                answers[_title(name), method] = str(error)
            print(what, _title(name), method, json.dumps(answers[_title(name), method]), file=sys.stderr, flush=True)
    return answers


def _run(name: str, what: str, folder: Path, method: str) -> Any:
    """One process for each question, so that its memory is its own."""
    python = interpreter(name) if name in PEERS else Path(sys.executable)
    command = [str(python), "-W", "ignore", "-m", f"tests.benchmarks.peers.with_{name}", what, str(folder), method]
    environment = os.environ | QUIET | ONE_THREAD
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise PeerError(f"not done after {TIMEOUT_S} s") from None
    if done.returncode:
        raise PeerError((done.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


def _print(lines: list[str]) -> None:
    print(*lines, "", sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
