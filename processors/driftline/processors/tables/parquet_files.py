"""Parquet files, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa

_ROWS = 1 << 16


def read_parquet(path: Path, told: Callable[[int], None]) -> Iterator[pa.RecordBatch]:
    """The file's rows; `told` gets the share of bytes that the rows read stand for."""
    from pyarrow import parquet

    size = path.stat().st_size
    with parquet.ParquetFile(path) as file:
        rows, done = max(file.metadata.num_rows, 1), 0
        for batch in file.iter_batches(batch_size=_ROWS):
            yield batch
            done += batch.num_rows
            told(size * done // rows)
