"""Rows that lie beside the profiles a monitor declares."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.profile.errors import ProfileError

if TYPE_CHECKING:
    from driftline.processors.profile.rows_file import ProfileRows

log = logging.getLogger(__name__)


class RowsBeside:
    """Reads each file once, again when it changes. A file that cannot be read is said once and left out."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, int, int], ProfileRows | None] = {}

    def of(self, identity: Identity, monitor: Monitor) -> tuple[ProfileRows, int] | None:
        """The rows for an identity, and when their file was written: of exactly this version, else of none, else the
        only ones there are. None without any.
        """
        declared = monitor.spec.reference.profile if monitor.spec.reference else None
        if declared is None:
            return None
        from driftline.processors.profile.rows_file import SUFFIX, rows_path  # brings Arrow: not at the start

        path = Path(declared)
        files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [rows_path(path)]
        found = [each for file in files if (each := self._load(file)) is not None]
        ours = [each for each in found if each[0].model in {identity.model, None}]
        for wanted in (identity.version, None):
            for each in ours:
                if each[0].version == wanted:
                    return each
        return ours[0] if len(ours) == 1 and not path.is_dir() else None

    def _load(self, file: Path) -> tuple[ProfileRows, int] | None:
        try:
            status = file.stat()
        except OSError:
            return None
        stamp = str(file), status.st_mtime_ns, status.st_size
        if stamp not in self._read:
            self._read = {key: rows for key, rows in self._read.items() if key[0] != stamp[0]}
            self._read[stamp] = _loaded(file)
        rows = self._read[stamp]
        return None if rows is None else (rows, status.st_mtime_ns)


def _loaded(file: Path) -> ProfileRows | None:
    from driftline.processors.profile.rows_file import load_rows

    try:
        return load_rows(file)
    except ProfileError as error:
        log.warning("rows are learned from traffic instead: %s", error)
        return None
