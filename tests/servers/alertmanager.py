"""A real Alertmanager on loopback, and what it holds."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.processes import Process, free_port


class Alertmanager:
    """A running server: where it is, what it knows."""

    def __init__(self, url: str, process: Process) -> None:
        self.url = url
        self.process = process

    def alerts(self, **labels: str) -> list[dict[str, Any]]:
        """Every alert it holds whose labels hold these, silenced and inhibited ones too."""
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts", timeout=10) as answer:
            held: list[dict[str, Any]] = json.load(answer)
        return [alert for alert in held if labels.items() <= alert["labels"].items()]

    def state(self, **labels: str) -> str | None:
        """`active` or `suppressed`, of the one alert with these labels; None when there is none that fires."""
        found = self.alerts(**labels)
        assert len(found) <= 1, f"{labels} is not one alert but {found}"
        return found[0]["status"]["state"] if found else None


@contextmanager
def running(program: Path, config: str, folder: Path) -> Iterator[Alertmanager]:
    """Start it with this configuration, alone, wait until it is ready, end it afterwards.

    Args:
        program: the binary.
        config: text of `alertmanager.yml`.
        folder: an existing empty folder for its files and its log.
    """
    (folder / "alertmanager.yml").write_text(config, encoding="utf-8")
    url = f"http://127.0.0.1:{free_port()}"
    command: list[str | Path] = [
        program,
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={url.removeprefix('http://')}",
        "--cluster.listen-address=",  # no gossip
    ]
    with Process(command, log=folder / "alertmanager.log") as process:
        process.wait_for(lambda: _ready(url), timeout=30, what=f"{url}/-/ready")
        yield Alertmanager(url, process)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
