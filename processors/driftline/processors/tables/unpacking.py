"""Files that may be packed with gzip."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import BinaryIO, cast


def unpacked(path: Path, raw: BinaryIO) -> BinaryIO:
    """The bytes inside `raw`: unpacked when the file's name ends in `.gz`, else as they are."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if path.suffix.lower() == ".gz" else raw
