"""What is found in memory is what a slow search through everything would find."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.outcomes.directory import Directory
from driftline.processors.outcomes.index import Index
from driftline.processors.outcomes.prints import Prints, columns, of_model, printed

KEYS = st.lists(st.integers(0, 9), max_size=12)


@given(st.lists(KEYS, max_size=8), KEYS)
def test_an_index_finds_every_place_of_a_key_however_it_grew(added: list[list[int]], asked: list[int]) -> None:
    index, everything = Index(), [key for some in added for key in some]
    first = 0
    for some in added:
        index.add(np.array(some, dtype=np.uint64), first)
        first += len(some)
    at, places = index.find(np.array(asked, dtype=np.uint64))
    expected = [(i, j) for i, key in enumerate(asked) for j, other in enumerate(everything) if key == other]
    assert sorted(zip(at.tolist(), places.tolist(), strict=True)) == expected


def test_ids_that_share_the_searched_part_of_their_fingerprint_are_told_apart_by_the_rest() -> None:
    directory = Directory()
    directory.know(1, "credit")
    alike = Prints(np.array([7, 7], dtype=np.uint64), np.array([1, 2], dtype=np.uint64))
    directory.predict(alike, np.array([1, 2]), np.array([1, 1]), np.array([10, 20]))
    second = Prints(alike.high[1:], alike.low[1:])
    directory.prove(second, np.array([1]), np.array([0], dtype=np.uint64), np.array([30]))
    assert directory.between([1], 0, 100).tolist() == [2]


@dataclass(frozen=True)
class Slow:
    """Predictions (id, source, time) and outcomes (id, model, received), searched one by one."""

    predictions: list[tuple[str, int, int]]
    outcomes: list[tuple[str, str, int]]

    def proved(self, source: int) -> list[int]:
        ids = {(key, model) for key, model, _ in self.outcomes}
        mine = [time for key, of, time in self.predictions if of == source and ids & {(key, MODELS[of]), (key, "")}]
        return sorted(mine)

    def waiting(self) -> int:
        ids = {(key, model) for key, source, _ in self.predictions for model in (MODELS[source], "")}
        return sum((key, model) not in ids for key, model, _ in self.outcomes)

    def counts(self, lengths: dict[int, int]) -> list[tuple[int, int, int, int]]:
        made = Counter((source, time - time % lengths[source]) for _, source, time in self.predictions)
        proved = Counter((of, time - time % lengths[of]) for of in MODELS for time in self.proved(of))
        return [(*key, number, proved[key]) for key, number in sorted(made.items())]

    def without(self, source: int, before: int) -> Slow:
        """Predictions of the source before go, and outcomes that were of some and are of none then."""
        kept = Slow([one for one in self.predictions if not (one[1] == source and one[2] < before)], self.outcomes)
        waited = [one for one in self.outcomes if Slow(self.predictions, [one]).waiting()]
        answered = [one for one in self.outcomes if not Slow(kept.predictions, [one]).waiting()]
        return Slow(kept.predictions, [one for one in self.outcomes if one in waited or one in answered])


MODELS = {1: "credit", 2: "fraud"}
PREDICTIONS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([1, 2]), st.integers(0, 9)), max_size=12)
OUTCOMES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "credit", "fraud"]), st.integers(0, 9)))


@settings(max_examples=200, deadline=None)
@given(
    PREDICTIONS.map(lambda told: list({one[:2]: one for one in told}.values())),
    OUTCOMES.map(lambda told: list({one[:2]: one for one in told}.values())),
    st.booleans(),
    st.sampled_from([1, 2]),
    st.integers(0, 10),
)
def test_what_belongs_together_is_linked_and_goes_together(
    predictions: list[tuple[str, int, int]],
    outcomes: list[tuple[str, str, int]],
    outcomes_first: bool,
    source: int,
    before: int,
) -> None:
    slow, directory = Slow(predictions, outcomes), Directory()
    for number, model in MODELS.items():
        directory.know(number, model)
    for taking in (_prove, _predict) if outcomes_first else (_predict, _prove):
        taking(directory, slow)
    for _ in range(2):
        assert directory.waiting == slow.waiting()
        assert len(directory.outcomes) == len(slow.outcomes)
        for number in MODELS:
            made = directory.between([number], 0, 100)
            times = dict(zip(directory.predictions["number"].tolist(), directory.predictions["time_ns"], strict=True))
            assert [times[one] for one in made.tolist()] == slow.proved(number)
            assert directory.linked(made).predictions.tolist() == made.tolist()
        assert directory.counts({1: 3, 2: 4}) == slow.counts({1: 3, 2: 4})
        assert len(directory.linked(np.arange(20)).predictions) == sum(len(slow.proved(number)) for number in MODELS)
        directory.forget(*directory.ended({source: before}))
        slow = slow.without(source, before)


def _predict(directory: Directory, slow: Slow) -> None:
    for at, (key, source, time) in enumerate(slow.predictions):
        directory.predict(columns(printed(key).values()), np.array([at]), np.array([source]), np.array([time]))


def _prove(directory: Directory, slow: Slow) -> None:
    if slow.outcomes:
        ids, models, received = zip(*slow.outcomes, strict=True)
        named = np.array([of_model(model) for model in models], dtype=np.uint64)
        prints = printed(ids)
        directory.prove(columns(prints[one] for one in ids), np.arange(len(ids)), named, np.array(received))
