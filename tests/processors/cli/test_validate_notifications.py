"""`driftline validate` says who is told."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from driftline.processors.cli.app import application

MONITOR = """\
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec:
  notifications:
    page: {receivers: [{webhook: {url: "http://soc.test/", tokenFile: soc/token}}, {pagerduty: {routingKeyFile: key}}]}
    info:
      receivers: [{slack: {channel: "#ml", urlFile: slack/url}}]
    quietHours: [{from: "20:00", to: "08:00"}]
"""


def _validate(folder: Path, text: str, *flags: str) -> tuple[int, str]:
    (folder / "credit.yaml").write_text(text)
    run = CliRunner().invoke(application("validate"), ["validate", str(folder / "credit.yaml"), *flags])
    return run.exit_code, run.output


def test_who_is_told_and_when_not_is_shown_without_a_secret_s_file(tmp_path: Path) -> None:
    code, said = _validate(tmp_path, MONITOR)
    assert code == 0
    assert "told      page: http://soc.test/, pagerduty; ticket: nobody; info: slack #ml\n" in said
    assert "quiet 20:00-08:00 daily UTC: ticket, info\n" in said
    assert "token" not in said
    _, printed = _validate(tmp_path, MONITOR, "--json")
    told = json.loads(printed)["monitors"][0]["told"]
    assert told == {"page": ["http://soc.test/", "pagerduty"], "ticket": [], "info": ["slack #ml"]}


def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path) -> None:
    code, said = _validate(tmp_path, MONITOR.replace("urlFile", "url"))
    assert code == 2
    fault = "credit.yaml:8: spec.notifications.info.receivers[0].slack.url: unknown key; did you mean `urlFile`?"
    assert fault in said.replace("\n", "")
