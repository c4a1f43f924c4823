"""Models and why, over HTTP and as a page, on a pipeline with traffic."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.control import Present, Probe, control_app, model_routes, page_routes
from driftline.processors.control.page import REFRESH_SECONDS
from tests.processors.pipeline.people import WINDOW, People, spec
from tests.processors.pipeline.world import EVERY, Sender, World

HOSTILE = 'a/b"<script>alert(1)</script>`x`'
NOTHING = Present(lambda: (), lambda *_: ())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """`credit` in drift in one of its two regions, and a model with a name that nobody should have."""
    world = World.of(spec(Path(tmp_path_factory.mktemp("credit")), f"{WINDOW}\n  segments: [region]"))
    people = People(world)
    for _ in range(2):
        people.send(1400, region="us")
        people.send(600, mean=55, region="eu")
        Sender.of(world, "1", model=HOSTILE).age(50, name="<img src=x>")
        world.look()
        world.now += EVERY
    return world


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    """The control port, really served."""
    board = world.pipeline.board
    app = control_app(Probe(lambda: 0.0), *page_routes(board, NOTHING), *model_routes(board))
    port = bind("127.0.0.1:0", "--control")
    served = HttpThread([Site(app, port)])
    with httpx.Client(base_url=f"http://{address_of(port)}", trust_env=False) as client:
        yield client
    served.stop(5)


class Page(HTMLParser):
    """The elements of a page, its attributes and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_all_models_are_listed_without_their_fields(client: httpx.Client) -> None:
    models = client.get("/v1/models").json()["models"]
    assert {(each["model"], each.get("segment", {}).get("region")) for each in models} == {
        ("credit", None),
        ("credit", "eu"),
        ("credit", "us"),
        (HOSTILE, None),
    }
    assert not any("fields" in each for each in models)


def test_a_model_tells_its_fields_and_its_alarms(client: httpx.Client) -> None:
    credit = client.get("/v1/models/credit").json()
    whole = next(each for each in credit["identities"] if "segment" not in each)
    assert {each["field"] for each in whole["fields"]} == {"age", "plan", "score"}
    assert whole["quality"] is not None
    assert {each.get("segment", {}).get("region") for each in credit["alarms"]} == {None, "eu"}


def test_why_is_told_of_a_field_of_all_and_of_the_past(client: httpx.Client) -> None:
    found = client.get("/v1/models/credit/explain", params={"field": "age"}).json()
    assert found["drift"] is True
    assert all([each["field"] for each in identity["fields"]] == ["age"] for identity in found["identities"])
    assert client.get("/v1/models/credit/explain", params={"at": "2027-01-15T09:00:01+01:00"}).json()["drift"] is True
    assert client.get("/v1/models/credit/explain", params={"at": "2027-01-14"}).json()["identities"] == []


def test_a_name_with_a_slash_is_a_name(client: httpx.Client) -> None:
    path = "/v1/models/" + "".join(f"%{byte:02X}" for byte in HOSTILE.encode())
    assert client.get(path).json()["model"] == HOSTILE
    assert client.get(f"{path}/explain").json()["drift"] is False


@pytest.mark.parametrize(
    ("path", "status", "hint"),
    [
        ("/v1/models/debit", 404, "no model is called 'debit'; known here: "),
        ("/v1/models/credit/explain?field=wage", 404, "credit has no field 'wage'; it has: age, plan, score"),
        ("/v1/models/credit/explain?at=noon", 400, "at: 'noon' is no time: write 2026-"),
    ],
)
def test_what_cannot_be_answered_says_what_can(client: httpx.Client, path: str, status: int, hint: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert hint in answer.json()["error"]


@pytest.mark.parametrize(
    "path", ["/v1/models", "/v1/models/credit", "/v1/models/credit/explain", "/", "/models/credit"]
)
def test_nothing_here_can_be_posted_to(client: httpx.Client, path: str) -> None:
    assert client.post(path, json={}).status_code == 405


def test_the_page_lists_models_with_their_state_and_sentence(client: httpx.Client, world: World) -> None:
    page = Page(client.get("/").text)
    assert "4 watched, 2 in drift" in page.text
    assert world.finding(None, model="credit").why.replace("`", "") in page.text
    assert page.text.index("version 7") < page.text.index("region=eu") < page.text.index("region=us")


def test_a_models_page_draws_every_field_and_lists_its_alarms(client: httpx.Client) -> None:
    page = Page(client.get("/models/credit").text)
    for said in ("What moves the output", "score moved from", "Who carries it", "carries it", "Alarms", "lasts"):
        assert said in page.text
    assert page.attributes.count(("class", "bins")) == 9, "three fields of the whole and of two segments"


@pytest.mark.parametrize("path", ["/", "/models/credit", "/models/" + "".join(f"%{b:02X}" for b in HOSTILE.encode())])
def test_nothing_that_arrives_becomes_markup_and_nothing_is_loaded(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    page = Page(answer.text)
    assert not {"script", "img", "iframe", "object", "form"} & set(page.elements)
    assert not [name for name, _ in page.attributes if name in {"src", "style"} or name.startswith("on")]
    assert all(link and link.startswith("/") for name, link in page.attributes if name == "href")
    assert ("content", str(REFRESH_SECONDS)) in page.attributes


def test_the_policy_allows_this_style_sheet_alone(client: httpx.Client) -> None:
    answer = client.get("/")
    style = re.search("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    allowed = f"'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src {allowed};")
    assert "prefers-color-scheme: dark" in style[1]


def test_a_page_of_nobody_says_so(client: httpx.Client) -> None:
    answer = client.get("/models/debit")
    assert answer.status_code == 404
    assert "no model is called 'debit'" in Page(answer.text).text


def test_a_page_without_models_says_so() -> None:
    port = bind("127.0.0.1:0", "--control")
    served = HttpThread([Site(control_app(Probe(lambda: 0.0), *page_routes(World.of().pipeline.board, NOTHING)), port)])
    assert "no model has reported yet" in httpx.get(f"http://{address_of(port)}/").text
    served.stop(5)
