"""Tables in files: which they are, how each is read, their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from glob import glob
from pathlib import Path

import pyarrow as pa

from driftline.processors.tables.csv_files import read_csv
from driftline.processors.tables.errors import TableError
from driftline.processors.tables.json_files import read_json_lines
from driftline.processors.tables.parquet_files import read_parquet
from driftline.processors.tables.table import Progress, silent

Reader = Callable[[Path, Callable[[int], None]], Iterator[pa.RecordBatch]]
"""Reads one file; tells the second argument how many of its bytes are read."""

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".csv.gz": read_csv,
    ".tsv": read_csv,
    ".tsv.gz": read_csv,
    ".parquet": read_parquet,
    ".pq": read_parquet,
    ".jsonl": read_json_lines,
    ".jsonl.gz": read_json_lines,
    ".ndjson": read_json_lines,
    ".ndjson.gz": read_json_lines,
    ".json": read_json_lines,
}
"""Which reader takes which ending of a file name."""

_BLOCK = 1 << 20


class Files:
    """One table in one or more files, read in name order.

    Args:
        paths: files, folders (every file with a known ending inside, at any depth; names that begin with a dot or an
            underscore are skipped) and glob patterns.

    Raises:
        TableError: nothing there, or an ending no reader takes.
    """

    def __init__(self, paths: Sequence[str | Path]) -> None:
        found = {path.resolve(): path for given in paths for path in _resolve(given)}
        self.paths: tuple[Path, ...] = tuple(sorted(found.values(), key=str))
        for path in self.paths:
            _reader(path)
        self._sizes = [path.stat().st_size for path in self.paths]

    @property
    def size(self) -> int:
        return sum(self._sizes)

    def batches(self, progress: Progress = silent) -> Iterator[pa.RecordBatch]:
        before = 0
        for path, size in zip(self.paths, self._sizes, strict=True):
            yield from _read(path, lambda read, before=before: progress(before + read, self.size))  # type: ignore[misc]  # mypy infers no lambda with a default
            before += size
            progress(before, self.size)

    def sha256(self) -> str:
        """SHA-256 of the files' bytes in name order: of one file what `sha256sum` prints."""
        digest = hashlib.sha256()
        for path in self.paths:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
        return digest.hexdigest()


def _read(path: Path, told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    try:
        yield from _reader(path)(path, told)
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TableError(f"{path}: {first}: correct the file, or leave it out") from error


def _reader(path: Path) -> Reader:
    for ending in ("".join(path.suffixes[-2:]).lower(), path.suffix.lower()):
        if ending in READERS:
            return READERS[ending]
    raise TableError(f"{path}: cannot read this kind of file: write it as CSV, Parquet or JSON lines ({_endings()})")


def _resolve(given: str | Path) -> list[Path]:
    path = Path(given)
    if path.is_dir():
        return _inside(path)
    if path.exists():
        return [path]
    matches = [Path(match) for match in sorted(glob(str(given), recursive=True))]  # noqa: PTH207 - also absolute ones
    files = [match for match in matches if match.is_file()]
    if not files:
        raise TableError(f"{given}: no such file, folder or match: check the path (and quote a pattern for the shell)")
    return files


def _inside(folder: Path) -> list[Path]:
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "_")) for part in path.relative_to(folder).parts)
        and any(path.name.lower().endswith(ending) for ending in READERS)
    ]
    if not files:
        raise TableError(f"{folder}: no data file in this folder ({_endings()}): name the files themselves")
    return files


def _endings() -> str:
    return ", ".join(READERS)
