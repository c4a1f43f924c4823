"""Which reference a model is compared with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.findings import Identity
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline.learning import Learned
from driftline.processors.pipeline.references import MOST_ANNOUNCED, References, Resolved, learn_key
from driftline.processors.profile import Profile, ProfileError
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow
from tests.processors.pipeline.world import monitors, profile

SEVEN = Identity("credit", "7")


def resolved(references: References, configured: MonitorSet, identity: Identity = SEVEN) -> Resolved | None:
    monitor = configured.for_identity(identity.model, identity.version, identity.environment)
    return references.resolve(identity, monitor)


def of(configured: MonitorSet) -> References:
    references = References()
    references.configure(configured)
    return references


def announce(references: References, found: Profile, version: str | None = "7") -> None:
    references.announce("credit", version, found.to_json(), 5)


def learn(references: References, identity: Identity = SEVEN) -> Learned:
    learned = references.learned[learn_key(identity)] = Learned(("7", None), 100, 0)
    counts = Binned(np.array([1.0]), np.array([60, 60]))
    learned.take([FieldWindow("age", "feature", binned=(counts,), end_ns=10)], 10)
    return learned


def test_the_order_is_exact_announced_general_learned(tmp_path: Path) -> None:
    exact, announced, general = (
        profile(seed=seed, version=version) for seed, version in ((1, "7"), (2, "7"), (3, None))
    )
    (tmp_path / "profiles").mkdir()
    exact.save(tmp_path / "profiles" / "exact.json")
    general.save(tmp_path / "profiles" / "general.json")
    profile(seed=4, model="fraud").save(tmp_path / "profiles" / "fraud.json")
    configured = monitors(tmp_path, "  reference: {profile: profiles}")
    references = of(configured)
    learned = learn(references)
    announce(references, announced)

    def now(version: str | None = "7") -> tuple[str, str]:
        found = resolved(references, configured, Identity("credit", version))
        assert found is not None
        return found.kind, found.id

    assert now() == ("declared", exact.id)
    assert now("8") == ("declared", general.id)
    assert now(None) == ("declared", general.id)
    (tmp_path / "profiles" / "exact.json").unlink()
    references.configure(configured)
    assert now() == ("announced", announced.id)
    assert now("8") == ("declared", general.id)
    (tmp_path / "profiles" / "general.json").unlink()
    references.configure(configured)
    assert now("8") == ("learned", learned.id)


def test_a_single_file_is_exact_for_its_version_and_general_for_the_others(tmp_path: Path) -> None:
    profile(seed=1).save(tmp_path / "p.json")
    configured = monitors(tmp_path, "  reference: {profile: p.json}")
    references = of(configured)
    for version in ("7", "8"):
        announce(references, profile(seed=2), version)
    kinds = [resolved(references, configured, Identity("credit", version)) for version in ("7", "8", "9")]
    assert [found.kind for found in kinds if found] == ["declared", "announced", "declared"]


def test_a_file_under_a_monitor_with_a_version_is_exact_for_that_version(tmp_path: Path) -> None:
    profile(seed=1, version=None).save(tmp_path / "p.json")
    configured = monitors(tmp_path, "  model: {version: 7}\n  reference: {profile: p.json}")
    references = of(configured)
    announce(references, profile(seed=2))
    found = resolved(references, configured)
    assert found is not None
    assert found.kind == "declared"


def test_without_any_reference_there_is_none_until_it_is_learned() -> None:
    references = of(MonitorSet())
    assert resolved(references, MonitorSet()) is None
    references.learned[learn_key(SEVEN)] = Learned(("7", None), 100, 0)
    found = resolved(references, MonitorSet())
    assert found is not None
    assert (found.kind, dict(found.sides)) == ("learned", {})


def test_versions_and_variants_share_what_was_learned_segments_and_environments_do_not() -> None:
    assert learn_key(SEVEN) == learn_key(Identity("credit", "8", "canary"))
    assert learn_key(SEVEN) != learn_key(Identity("credit", "7", environment="prod"))
    assert learn_key(SEVEN) != learn_key(Identity("credit", "7", segment=(("a", "b"),)))


def test_learning_counts_per_field_and_ends_with_the_pane_that_reaches_it() -> None:
    learned = Learned(("7", None), 100, 0)

    def panes(end_ns: int) -> list[FieldWindow]:
        many = FieldWindow("age", "feature", binned=(Binned(np.array([1.0]), np.array([30, 30])),), end_ns=end_ns)
        return [many, FieldWindow("plan", "feature", categories={"a": 10}, end_ns=end_ns)]

    learned.take(panes(10), 10)
    assert (dict(learned.sides), learned.learning) == ({}, True)
    learned.take([*panes(20), *panes(30)], 30)
    assert (learned.sides["age"].observations, learned.sides["age"].from_ns) == (120, 20)
    first = learned.id
    learned.take(panes(40), 40)
    assert (learned.sides["age"].observations, learned.id) == (120, first)
    for pane in range(5, 11):
        learned.take(panes(10 * pane), 10 * pane)
    assert learned.sides["plan"].categories == {"a": 100}
    assert not learned.learning
    assert learned.id != first


def test_a_learned_reference_is_the_same_after_it_was_saved() -> None:
    learned = Learned(("7", None), 10, 0)
    values = ExponentialCounts(3, 2, -4, np.array([5, 6]), 1, np.array([7]))
    learned.take(
        [
            FieldWindow("price", "feature", exponential=values, end_ns=10),
            FieldWindow("age", "score", binned=(Binned(np.array([1.5]), np.array([9, 9])),), end_ns=10),
            FieldWindow("plan", "feature", categories={"a": 3}),
        ],
        10,
    )
    again = Learned.from_dict(json.loads(json.dumps(learned.to_dict())))
    assert (again.id, again.made_ns, again.taken_ns, again.owner) == (learned.id, 10, 10, ("7", None))
    assert again.sides["price"].exponential is not None
    assert again.sides["price"].exponential.get()[2].tolist() == values.get()[2].tolist()
    assert again.sides["price"].scale == learned.sides["price"].scale
    assert again.fields["plan"].observations == 3


def test_what_was_announced_and_learned_survives() -> None:
    references = of(MonitorSet())
    announce(references, profile())
    learned = learn(references, Identity("fraud", segment=(("region", "eu"),)))
    again = of(MonitorSet())
    again.restore(json.loads(json.dumps(references.snapshot())))
    found = resolved(again, MonitorSet())
    assert found is not None
    assert (found.id, found.made_ns) == (profile().id, 5)
    assert again.learned["fraud", None, (("region", "eu"),)].id == learned.id


def test_announcing_again_keeps_when_it_was_first_seen() -> None:
    references = of(MonitorSet())
    announce(references, profile())
    references.announce("credit", "7", profile().to_json(), 99)
    found = resolved(references, MonitorSet())
    assert found is not None
    assert found.made_ns == 5


def test_a_flood_of_announcements_is_bounded() -> None:
    references, body = of(MonitorSet()), Profile.from_table({"x": [1.0, 2.0]}).to_json()
    for number in range(MOST_ANNOUNCED + 10):
        references.announce(f"m{number}", None, body, number)
    assert len(references.snapshot()["references"]["announced"]) == MOST_ANNOUNCED


def test_a_bad_profile_changes_nothing(tmp_path: Path) -> None:
    profile().save(tmp_path / "p.json")
    configured = monitors(tmp_path, "  reference: {profile: p.json}")
    references = of(configured)
    before = resolved(references, configured)
    (tmp_path / "p.json").write_text("{}")
    with pytest.raises(ProfileError):
        references.configure(configured)
    (tmp_path / "p.json").unlink()
    with pytest.raises(ProfileError, match="make it with"):
        references.configure(configured)
    assert before is not None
    assert resolved(references, configured) == before
