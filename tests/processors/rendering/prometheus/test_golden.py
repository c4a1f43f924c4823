"""The rules of three monitors, as they were read by a person once."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftline.processors.monitor import load_monitors
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.targets import render

HERE = Path(__file__).parent
WRITE = "driftline render prometheus --monitor {0}/monitors -o {0}/golden{1}"


@pytest.mark.parametrize("kubernetes", [False, True])
def test_rules_are_what_was_read(kubernetes: bool) -> None:
    files = render(["prometheus"], load_monitors([HERE / "monitors"]), Options(kubernetes=kubernetes))
    kept = {path: (HERE / "golden" / path).read_text(encoding="utf-8") for path in files}
    assert files == kept, WRITE.format(HERE, " --kubernetes" if kubernetes else "")


def test_nothing_is_kept_that_is_rendered_no_more() -> None:
    monitors = load_monitors([HERE / "monitors"])
    rendered = {path for form in (False, True) for path in render(["prometheus"], monitors, Options(kubernetes=form))}
    kept = {path.relative_to(HERE / "golden").as_posix() for path in (HERE / "golden").rglob("*.yaml")}
    assert kept == rendered
