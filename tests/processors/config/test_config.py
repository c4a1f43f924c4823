"""The process configuration."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from driftline.processors.config import load_config, refuse_open_addresses
from driftline.processors.config.loopback import OpenAddressError
from driftline.processors.config.shape import SCHEMA_ID, Config
from driftline.processors.documents import DocumentError, parse_duration, published

WHOLE = """\
listen: {otlpGrpc: "127.0.0.1:0", otlpHttp: "[::1]:4318", prometheus: "localhost:9464", control: "127.0.0.1:8088"}
limits: {series: 5000}
forward: {endpoint: "http://collector:4318"}
exporters:
  otlp: {endpoint: "https://collector:4318", headers: {authorization: Bearer x}, timeout: 5s}
  prometheus: {statistics: [psi]}
  alertmanager: {endpoints: ["http://am-0:9093", "http://am-1:9093"], resolvedBy: push, tokenFile: token}
  grafana: {endpoint: "http://grafana:3000", tokenFile: grafana.token, live: {}}
state: state
security: {insecureListen: true}
"""


def put(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "driftline.yaml"
    path.write_text(text)
    return path


def test_a_configuration_with_everything_is_read_whole(tmp_path: Path) -> None:
    config = load_config(put(tmp_path, WHOLE))
    assert config.listen.otlp_http == "[::1]:4318"
    assert config.limits.series == 5000
    assert config.exporters.otlp is not None
    assert config.exporters.otlp.timeout == parse_duration("5s")
    assert config.exporters.prometheus.statistics == ("psi",)
    assert config.exporters.alertmanager is not None
    assert len(config.exporters.alertmanager.endpoints) == 2
    assert config.exporters.alertmanager.token_file == str(tmp_path / "token")
    assert config.exporters.grafana is not None
    assert config.exporters.grafana.token_file == str(tmp_path / "grafana.token")
    assert config.exporters.grafana.annotations
    assert config.exporters.grafana.live is not None
    assert config.state == str(tmp_path / "state")
    assert config.security.insecure_listen


@pytest.mark.parametrize("text", ["", "{}\n", "# nothing\n"])
def test_an_empty_file_is_all_defaults(tmp_path: Path, text: str) -> None:
    config = load_config(put(tmp_path, text))
    assert config == Config()
    assert config.limits.series == 100_000
    assert config.listen.otlp_grpc == "127.0.0.1:4317"


def test_a_state_that_is_a_url_stays_as_it_is(tmp_path: Path) -> None:
    assert load_config(put(tmp_path, "state: postgresql://host/db")).state == "postgresql://host/db"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limit: {}", "driftline.yaml:1: limit: unknown key; did you mean `limits`?"),
        ("\nlisten:\n  otlpGrcp: x", "driftline.yaml:3: listen.otlpGrcp: unknown key; did you mean `otlpGrpc`?"),
        ("listen: {control: '8088'}", "is not HOST:PORT"),
        ("listen: {control: '::1:8088'}", "write [::1]:8088"),
        ("listen: {control: 'localhost:99999'}", "is not HOST:PORT"),
        ("forward: {endpoint: collector}", "write http://HOST:PORT"),
        ("exporters: {prometheus: {statistics: [pis]}}", "did you mean `psi`?"),
        ("exporters: {alertmanager: {endpoints: []}}", "at least 1 item"),
        ("exporters: {alertmanager: {endpoints: ['http://a:9093'], resolvedBy: me}}", "'rules' or 'push'"),
        ("exporters: {grafana: {endpoint: 'http://g:3000', annotations: false}}", "want one of them"),
        ("exporters: {grafana: {endpoint: 'http://g:3000', live: {stream: a/b}}}", "pattern"),
        ("limits: {series: 0}", "greater than or equal to 1"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("- a", "needs `key: value` lines"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_config(put(tmp_path, text))
    assert words in str(caught.value)


def test_the_published_schema_takes_the_configuration_and_is_the_one_of_the_code() -> None:
    text = (Path(__file__).parents[3] / "processors/driftline/processors/config/config.schema.json").read_text()
    assert text == published(Config, SCHEMA_ID), "run: python -m driftline.processors.config > .../config.schema.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    jsonschema.validate(yaml.safe_load(WHOLE), json.loads(text))


@pytest.mark.parametrize("address", ["0.0.0.0:4317", "10.0.0.1:0", "[::]:4317", "myhost:4317"])
def test_another_address_than_loopback_is_refused_unless_the_user_says_so(address: str) -> None:
    with pytest.raises(OpenAddressError, match=r"--otlp-grpc .*--insecure-listen"):
        refuse_open_addresses({"--otlp-grpc": address, "--control": "127.0.0.1:1"}, insecure=False)
    refuse_open_addresses({"--otlp-grpc": address}, insecure=True)


@pytest.mark.parametrize("address", ["127.0.0.1:4317", "127.9.9.9:0", "[::1]:4317", "localhost:4317"])
def test_loopback_is_never_refused(address: str) -> None:
    refuse_open_addresses({"--otlp-grpc": address}, insecure=False)
