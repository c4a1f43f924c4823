"""Which category names leave the process."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.instrumentation.recorder.categories import MAX_NAMES, CategoryNames, CategoryTally
from driftline.semconv import OTHER_CATEGORY
from tests.instrumentation.recorder.conftest import Counts, Make


def feed(names: CategoryNames, tally: CategoryTally, *texts: str) -> None:
    counts = Counter(texts)
    names.see(counts)
    tally.add(names, counts)


def test_the_first_hundred_go_by_name_and_all_others_under_other() -> None:
    names, tally = CategoryNames("city"), CategoryTally()
    feed(names, tally, *[f"town {at}" for at in range(150) for _ in range(3)])
    sent = tally.outgoing(names)
    assert len(sent) == MAX_NAMES + 1
    assert sent[OTHER_CATEGORY] == 150


@pytest.mark.parametrize("field", ["id", "user_id", "userId", "customer.email", "uuid", "session_token"])
def test_a_field_called_like_an_identifier_sends_no_name(field: str) -> None:
    names, tally = CategoryNames(field), CategoryTally()
    feed(names, tally, "a", "a", "b")
    assert tally.outgoing(names) == {OTHER_CATEGORY: 3}


@pytest.mark.parametrize("field", ["paid", "grid", "width", "valid", "plan"])
def test_a_field_that_only_ends_in_id_is_none(field: str) -> None:
    assert not CategoryNames(field).identifier


def test_text_that_hardly_repeats_sends_no_name() -> None:
    names, tally = CategoryNames("name"), CategoryTally()
    for at in range(300):
        feed(names, tally, f"customer {at}")
        if at >= 10:
            assert not set(tally.outgoing(names)) - {OTHER_CATEGORY}
    assert tally.outgoing(names) == {OTHER_CATEGORY: 300}


def test_text_that_takes_its_time_to_repeat_is_sent_when_it_has() -> None:
    names, tally = CategoryNames("city"), CategoryTally()
    feed(names, tally, *[f"town {at}" for at in range(30)])
    assert tally.outgoing(names) == {}
    feed(names, tally, *[f"town {at}" for at in range(30)])
    assert sum(tally.outgoing(names).values()) == 60
    assert OTHER_CATEGORY not in tally.outgoing(names)


def test_values_that_are_identifiers_by_form_go_under_other_one_by_one() -> None:
    names, tally = CategoryNames("contact"), CategoryTally()
    feed(names, tally, "none", "none", "ada@example.org", "6f1c3f0e-7d43-4f7b-9a0e-0c5f5b0f7a11", "+49 30 1234567")
    assert tally.outgoing(names) == {"none": 2, OTHER_CATEGORY: 3}


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=40), max_size=20))
def test_no_count_ever_falls_and_none_is_lost(blocks: list[list[str]]) -> None:
    names, tally, before = CategoryNames("letter"), CategoryTally(), Counter[str]()
    for block in blocks:
        feed(names, tally, *block)
        sent = Counter(tally.outgoing(names))
        if sent:
            assert all(sent[name] >= times for name, times in before.items())
            before = sent
    assert sum(tally.withdraw(names).values()) == sum(map(len, blocks))


def test_an_identifier_found_late_keeps_what_was_sent_and_adds_no_more_names() -> None:
    names, tally = CategoryNames("name"), CategoryTally()
    feed(names, tally, "ada", "ada")
    assert tally.outgoing(names) == {"ada": 2}
    feed(names, tally, *[f"customer {at}" for at in range(250)], "ada")
    assert tally.outgoing(names) == {"ada": 2, OTHER_CATEGORY: 251}


def test_a_classifiers_classes_are_names_however_rarely_they_repeat(recorder: Make) -> None:
    one = recorder(classes=[f"species {at}" for at in range(60)])
    one.record({"x": [1.0] * 60}, prediction=[f"species {at}" for at in range(60)])
    assert len(Counts(one).categories("prediction")) == 60
