"""Reads `driftline.yaml`."""

from __future__ import annotations

from pathlib import Path

from driftline.processors.config.shape import Config
from driftline.processors.documents import Document, DocumentError, read_documents, validate


def load_config(path: str | Path) -> Config:
    """Read the process configuration; an empty file is all defaults, `state` becomes absolute.

    Raises:
        DocumentError: anything wrong, each fault with file, line and what to write instead.
    """
    file = Path(path)
    documents = read_documents(file) or [Document(file, {}, {})]
    if len(documents) > 1:
        raise DocumentError([documents[1].fault((), "a second document: driftline.yaml is one, join them")])
    config = validate(Config, documents[0])
    if config.state is None or "://" in config.state:
        return config
    return config.model_copy(update={"state": str((file.parent / config.state).absolute())})
