"""The part of the control API that changes something, over HTTP, on a pipeline with traffic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.control import Probe, control_app, mute_routes, reference_routes
from tests.processors.pipeline.world import Sender, World

JSON = {"Content-Type": "application/json"}
MODEL = "/v1/models/credit"


@pytest.fixture
def world() -> World:
    world = World.of()
    sender = Sender.of(world)
    sender.age(100)
    world.look()
    return world


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    """The control port, really served."""
    desk = world.pipeline.desk

    def clock() -> int:
        return world.now_ns

    app = control_app(Probe(lambda: 0.0), *reference_routes(desk, clock), *mute_routes(desk, clock))
    port = bind("127.0.0.1:0", "--control")
    served = HttpThread([Site(app, port)])
    with httpx.Client(base_url=f"http://{address_of(port)}", trust_env=False) as client:
        yield client
    served.stop(5)


def send(client: httpx.Client, method: str, path: str, **body: Any) -> tuple[int, Any]:
    answer = client.request(method, MODEL + path, json=body)
    return answer.status_code, answer.json()


def test_the_present_window_is_accepted_listed_and_taken_back(client: httpx.Client) -> None:
    status, done = send(client, "POST", "/reference", by="ann", reason="new product", field="age")
    assert status == 200
    assert done == {
        "model": "credit",
        "fields": {"age": 100},
        "restarted": [],
        "by": "ann",
        "reason": "new product",
        "at": "2027-01-15T08:00:00Z",
    }
    (listed,) = client.get(MODEL + "/reference").json()["fields"]
    assert (listed["field"], listed["version"], listed["reference"]["kind"]) == ("age", "7", "accepted")
    assert listed["reference"]["accepted"] == {"by": "ann", "at": "2027-01-15T08:00:00Z", "reason": "new product"}
    assert send(client, "DELETE", "/reference", by="bob") == (200, {"model": "credit", "field": None, "windows": 1})
    status, done = send(client, "DELETE", "/reference", by="bob")
    assert status == 409
    assert "nothing was accepted for credit" in done["error"]


def test_a_model_is_muted_unmuted_and_both_are_kept(client: httpx.Client) -> None:
    status, done = send(client, "POST", "/mute", by="ann", reason="Black Friday", **{"for": "3d"})
    assert (status, done["until"]) == (200, "2027-01-18T08:00:00Z")
    assert send(client, "DELETE", "/mute", by="bob")[1] == {"model": "credit", "field": None, "mutes": 1}
    actions = client.get(MODEL + "/actions").json()["actions"]
    assert [(each["action"], each["by"], each["reason"]) for each in actions] == [
        ("muted", "ann", "Black Friday"),
        ("unmuted", "bob", ""),
    ]
    assert actions[0]["until"] == "2027-01-18T08:00:00Z"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/v1/models/fraud/reference", {"by": "a"}, 404, "no model is called 'fraud'; known here: credit"),
        ("POST", MODEL + "/reference", {"by": "a", "field": "x"}, 404, "credit has no field 'x'; it has: age"),
        ("POST", MODEL + "/reference", {}, 400, "by: Field required; known: field, by, reason"),
        ("POST", MODEL + "/mute", {"by": "a", "reason": "r", "for": "long"}, 400, "'long' is not a duration"),
        ("POST", MODEL + "/mute", {"by": "a", "reason": "r", "for": "800d"}, 409, "up to 366 days"),
        ("POST", MODEL + "/mute", {"by": "a", "for": "3d"}, 400, "reason: Field required"),
        ("DELETE", MODEL + "/mute", {"by": "a"}, 409, "credit is not muted"),
        ("POST", MODEL + "/mute", {"bye": "a"}, 400, "known: field, by, reason, for"),
    ],
)
def test_a_refusal_says_what_to_do(
    client: httpx.Client, method: str, path: str, body: dict[str, str], *, status: int, words: str
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({}, 415),
        ({**JSON, "Origin": "https://evil.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({**JSON, "Origin": "http://evil.example:8088", "Host": "evil.example:8088"}, 403),
        ({**JSON, "Origin": "http://127.0.0.1:9999"}, 403),
        ({**JSON, "Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
    ],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_page_in_a_browser_can_change_nothing(
    client: httpx.Client, world: World, headers: dict[str, str], status: int, method: str
) -> None:
    if method == "DELETE":
        world.pipeline.desk.accept("credit", by="ann", reason="", now_ns=world.now_ns)
    headers = {name: text.replace("{port}", str(client.base_url.port)) for name, text in headers.items()}
    answer = client.request(method, MODEL + "/reference", content=b'{"by": "page"}', headers=headers)
    assert answer.status_code == status
    done = [each.by for each in world.pipeline.desk.actions("credit")]
    assert ("page" in done) == (status == 200)


def test_what_is_no_json_or_too_much_is_refused(client: httpx.Client) -> None:
    answer = client.post(MODEL + "/reference", content=b"{", headers=JSON)
    assert (answer.status_code, "is not JSON" in answer.json()["error"]) == (400, True)
    answer = client.post(MODEL + "/reference", content=b" " * 100_000, headers=JSON)
    assert answer.status_code == 413


def test_a_model_with_a_slash_in_its_name_is_found(client: httpx.Client, world: World) -> None:
    sender = Sender.of(world, model="models:/credit/7")
    sender.age(10)
    answer = client.post("/v1/models/models%3A%2Fcredit%2F7/reference", json={"by": "ann"})
    assert answer.json()["fields"] == {"age": 10}
