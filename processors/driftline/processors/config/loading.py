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
    parts = {"alertmanager": exporters.alertmanager, "grafana": exporters.grafana}
    absolute = {
        name: part.model_copy(update={"token_file": _beside(file, part.token_file)})
        for name, part in parts.items()
        if part is not None and part.token_file is not None
    }
    return exporters.model_copy(update=absolute)


def _beside(file: Path, path: str) -> str:
    return str((file.parent / path).absolute())
