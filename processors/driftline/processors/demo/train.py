"""Trains the demo's model on two months of 2015: will this flight leave more than 15 minutes late?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from driftline.processors.demo.flights import FEATURES, HELD_OUT, LEARNED, flights
from driftline.processors.profile import Profile

MODEL: Final = "flights"
VERSION: Final = "2015-03"


@dataclass(frozen=True, slots=True)
class Trained:
    """The files of a trained model: what a server loads, and what its traffic is compared with."""

    model: Path
    profile: Path


def train(folder: Path) -> Trained:
    """Fit a pipeline on January and February, and profile March, which it has not seen, with what it answers to it.

    Of the rows it learned from the profile would promise more than the model keeps: what it estimates from them is as
    good as the model's memory. It is what `driftline profile` makes of such a table. Takes about three seconds.
    """
    import joblib

    seen, table = flights(LEARNED), flights(HELD_OUT)
    model = _pipeline().fit(seen.select(FEATURES).to_pandas(), seen["late"].to_numpy())
    rows, late = table.select(FEATURES).to_pandas(), table["late"].to_pandas()
    answered = rows.assign(prediction=model.predict(rows), score=model.predict_proba(rows)[:, 1], outcome=late)
    roles = {name: name for name in ("prediction", "score", "outcome")}
    profile = Profile.from_table(answered, roles=roles, model=MODEL, version=VERSION)
    files = Trained(folder / "flights.joblib", folder / "flights.profile.json")
    joblib.dump(model, files.model)
    profile.save(files.profile)
    return files


def _pipeline() -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    prepare = make_column_transformer((codes, ["airline", "day"]), remainder="passthrough")
    small = HistGradientBoostingClassifier(
        max_iter=60,  # small trees of large leaves: they remember no flight
        max_leaf_nodes=8,
        min_samples_leaf=200,
        categorical_features=[0, 1],
        class_weight="balanced",
        random_state=0,
    )
    return make_pipeline(prepare, small)
