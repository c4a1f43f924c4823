"""The rendered files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from driftline.processors.monitor import MonitorSet, Spec, load_monitors
from driftline.processors.rendering.alertmanager import alertmanager
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.options import Options

HERE = Path(__file__).parent
FLEET = HERE / "fleet.yaml"
GOLDEN = HERE / "golden"


@pytest.mark.parametrize("kubernetes", [False, True])
def test_the_files_are_the_golden_ones(kubernetes: bool) -> None:
    for path, text in alertmanager(load_monitors([FLEET]), Options(kubernetes=kubernetes)).items():
        golden = GOLDEN / Path(path).name
        command = f"driftline render alertmanager --monitor {FLEET} -o OUT{' --kubernetes' * kubernetes}"
        assert text == golden.read_text(encoding="utf-8"), f"read the difference; if it is meant: {command}"


def test_no_monitors_are_a_file_that_tells_nobody() -> None:
    (text,) = alertmanager(MonitorSet(), Options()).values()
    read = yaml.safe_load(text)
    assert read["receivers"] == [{"name": "nobody"}]
    assert "time_intervals" not in read
    assert "# Nobody is told of a page or a ticket of monitors of unowned" in text


def test_a_file_holds_no_secret_and_no_way_around_one() -> None:
    (text,) = alertmanager(load_monitors([FLEET]), Options()).values()
    secrets = ("api_url", "routing_key", "service_key", "auth_password", "auth_secret", "credentials", "bearer_token")
    keys = {line.split(":")[0].strip(" -") for line in text.splitlines()}
    assert not keys & set(secrets)
    assert {f"{name}_file" for name in ("api_url", "routing_key", "auth_password", "credentials")} <= keys


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"quietHours": [{"timeZone": "Europe/Berlin"}]}, "write them in UTC"),
        ({"page": {"receivers": [{"pagerduty": {"routingKeyFile": "key"}}]}}, "write it as SECRET/KEY"),
    ],
)
def test_what_an_alertmanagerconfig_cannot_say_is_refused_with_what_to_write(
    said: dict[str, object], words: str
) -> None:
    monitors = MonitorSet((), Spec.model_validate({"notifications": said}))
    alertmanager(monitors, Options())
    with pytest.raises(RenderError, match=words):
        alertmanager(monitors, Options(kubernetes=True))
