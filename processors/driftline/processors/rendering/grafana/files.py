"""Dashboards in a folder: one file a page, named by its uid."""

from __future__ import annotations

from pathlib import Path

from driftline.processors.rendering.grafana.factory import render
from driftline.processors.rendering.grafana.pages import PAGES


def write(folder: Path) -> list[Path]:
    """Write every dashboard into a folder, which is made if need be; returns the files.

    Raises:
        GrafanaError: the SDK is not installed.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = _texts(folder)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def differing(folder: Path) -> list[Path]:
    """The files that `write` would change, and dashboards of ours that it would no longer write.

    Raises:
        GrafanaError: the SDK is not installed.
    """
    texts = _texts(folder)
    changed = [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return changed + sorted(set(folder.glob("driftline-*.json")) - set(texts))


def _texts(folder: Path) -> dict[Path, str]:
    return {folder / f"{page.uid}.json": render(page) for page in PAGES}
