"""Reads `driftline.yaml`."""

from __future__ import annotations

from pathlib import Path

from driftline.processors.config.shape import Config, Exporters
from driftline.processors.documents import Document, DocumentError, read_documents, validate


def load_config(path: str | Path) -> Config:
    """Read the process configuration; an empty file is all defaults, paths become absolute.

    Raises:
        DocumentError: anything wrong, each fault with file, line and what to write instead.
    """
    file = Path(path)
    documents = read_documents(file) or [Document(file, {}, {})]
    if len(documents) > 1:
        raise DocumentError([documents[1].fault((), "a second document: driftline.yaml is one, join them")])
    config = validate(Config, documents[0])
    state = config.state if config.state is None or "://" in config.state else _beside(file, config.state)
    return config.model_copy(update={"state": state, "exporters": _with_paths(config.exporters, file)})


def _with_paths(exporters: Exporters, file: Path) -> Exporters:
    alertmanager = exporters.alertmanager
    if alertmanager is None or alertmanager.token_file is None:
        return exporters
    token_file = _beside(file, alertmanager.token_file)
    return exporters.model_copy(update={"alertmanager": alertmanager.model_copy(update={"token_file": token_file})})


def _beside(file: Path, path: str) -> str:
    return str((file.parent / path).absolute())
