"""Versions and deployments that came about."""

from __future__ import annotations

from driftline.processors.explanation.changes import MOST_CHANGES, MOST_MODELS, MOST_VALUES, Changes, Model
from driftline.processors.findings import Change
from driftline.semconv.attributes import ML_MODEL_VERSION, SERVICE_INSTANCE_ID, SERVICE_VERSION

CREDIT: Model = ("credit", None)


def test_the_first_value_is_no_change_and_a_second_is_one() -> None:
    changes = Changes()
    for at_ns, version in ((10, "6"), (20, "6"), (30, "7"), (40, "6")):
        changes.heard(CREDIT, {ML_MODEL_VERSION: version, "host": "a"}, at_ns)
    assert changes.between(CREDIT, 0, 99) == (Change(ML_MODEL_VERSION, "6", "7", 30),)
    assert changes.between(CREDIT, 31, 99) == ()
    assert changes.between(("other", None), 0, 99) == ()


def test_the_telling_attributes_come_first_and_of_each_the_latest() -> None:
    changes = Changes()
    for at_ns, each in enumerate("abc"):
        changes.heard(CREDIT, {SERVICE_INSTANCE_ID: each, SERVICE_VERSION: each}, at_ns)
    changes.heard(CREDIT, {ML_MODEL_VERSION: "6"}, 5)
    changes.heard(CREDIT, {ML_MODEL_VERSION: "7"}, 6)
    assert [(each.attribute, each.before, each.after) for each in changes.between(CREDIT, 0, 9)] == [
        (ML_MODEL_VERSION, "6", "7"),
        (SERVICE_VERSION, "b", "c"),
        (SERVICE_INSTANCE_ID, "b", "c"),
    ]


def test_a_version_that_comes_back_is_a_change() -> None:
    changes = Changes()
    for at_ns, living in ((10, {"6": 9}), (20, {"6": 19, "7": 18}), (30, {"7": 29}), (40, {"6": 39, "7": 38})):
        changes.alive(CREDIT, ML_MODEL_VERSION, living)
        assert at_ns
    assert changes.between(CREDIT, 0, 99) == (Change(ML_MODEL_VERSION, "7", "6", 39),)
    assert changes.between(CREDIT, 0, 25) == (Change(ML_MODEL_VERSION, "6", "7", 18),)


def test_a_version_that_stays_is_none_after_a_restart() -> None:
    changes = Changes()
    changes.heard(CREDIT, {ML_MODEL_VERSION: "6"}, 1)
    changes.heard(CREDIT, {ML_MODEL_VERSION: "7"}, 2)
    again = Changes()
    again.restore(changes.snapshot())
    again.heard(CREDIT, {ML_MODEL_VERSION: "7"}, 50)
    again.alive(CREDIT, ML_MODEL_VERSION, {"7": 51})
    assert again.between(CREDIT, 0, 99) == changes.between(CREDIT, 0, 99)
    assert again.snapshot() == changes.snapshot()


def test_what_is_remembered_is_bounded() -> None:
    changes = Changes()
    for at_ns in range(3 * MOST_VALUES):
        changes.heard(CREDIT, {SERVICE_INSTANCE_ID: str(at_ns)}, at_ns)
    (entry,) = changes.snapshot()
    assert len(entry["values"][SERVICE_INSTANCE_ID]) == MOST_VALUES
    assert len(entry["changes"]) == MOST_CHANGES
    for number in range(MOST_MODELS):
        changes.heard((f"m{number}", None), {}, 0)
    assert len(changes.snapshot()) == MOST_MODELS
