"""Which calls of scikit-learn are predictions, and what they carry."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from opentelemetry.instrumentation.utils import suppress_instrumentation
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier, IsolationForest, RandomForestClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from driftline.instrumentation.calls import Output
from driftline.instrumentation.scopes import RequestScope, request
from driftline.instrumentation.sklearn import SklearnInstrumentor

cloudpickle = pytest.importorskip("cloudpickle")  # joblib brings it

RNG = np.random.default_rng(7)
X = RNG.normal(size=(60, 2))
TWO = (X[:, 0] > 0).astype(int)
THREE = np.digitize(X[:, 0], [-0.5, 0.5])

pytestmark = pytest.mark.usefixtures("_observed")

CLASSIFIERS = [
    LogisticRegression(),
    make_pipeline(StandardScaler(), LogisticRegression()),
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2),
    VotingClassifier([("a", LogisticRegression()), ("b", DecisionTreeClassifier())], voting="soft"),
    CalibratedClassifierCV(LinearSVC(), cv=2),
    HistGradientBoostingClassifier(max_iter=2),
    RandomForestClassifier(n_estimators=4, n_jobs=2),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
def test_one_call_of_any_classifier_is_one_prediction_and_training_is_none(model: Any, predictions: Any) -> None:
    fitted = clone(model).fit(X, TWO)
    assert predictions == []
    answer = fitted.predict_proba(X[:5])
    (one,) = predictions
    assert (one.model, one.classes, one.rows.count, one.error_type) == (type(model).__name__, (0, 1), 5, None)
    np.testing.assert_array_equal(one.output(Output.SCORE), answer)
    assert one.duration > 0


@pytest.mark.parametrize(
    "model", [LinearRegression(), Ridge(), KMeans(2, n_init=1), IsolationForest(n_estimators=3, n_jobs=2)]
)
def test_what_has_no_classes_says_so(model: Any, predictions: Any) -> None:
    clone(model).fit(X, TWO).predict(X[:3])
    (one,) = predictions
    assert one.classes is None
    assert len(one.output(Output.PREDICTION)) == 3


def test_a_margin_is_kept_as_one(predictions: Any) -> None:
    SVC().fit(X, TWO).decision_function(X[:4])
    assert predictions[0].output(Output.MARGIN).shape == (4,)


def test_a_frame_brings_names_and_an_array_takes_those_the_model_learned(predictions: Any) -> None:
    frame = pd.DataFrame(X, columns=["age", "income"])
    model = LogisticRegression().fit(frame, TWO)
    model.predict(frame[:2])
    with pytest.warns(UserWarning, match="feature names"):
        model.predict(X[:2])
    assert [one.rows.names for one in predictions] == [("age", "income")] * 2


def test_rows_are_recorded_as_they_came_though_a_pipeline_scales_them_in_place(predictions: Any) -> None:
    model = make_pipeline(StandardScaler(copy=False), LogisticRegression()).fit(X.copy(), TWO)
    model.predict(asked := X[:3].copy())
    assert not np.array_equal(asked, X[:3])
    np.testing.assert_array_equal(predictions[0].rows.features, X[:3])


def test_classes_defined_later_are_observed_with_the_methods_of_their_mixins(predictions: Any) -> None:
    class Answers:
        def predict(self, rows: Any) -> Any:
            return np.zeros(len(rows))

    class Later(Answers, RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
        def fit(self, rows: Any, target: Any) -> Any:
            return self

    class LaterStill(Later):
        def predict(self, rows: Any) -> Any:
            return super().predict(rows) + 1

    assert Later().fit(X, TWO).predict(X).sum() == 0
    assert LaterStill().predict(X[:2]).sum() == 2
    assert [one.model for one in predictions] == ["Later", "LaterStill"]


def test_an_error_leaves_unchanged_and_is_counted(predictions: Any) -> None:
    with pytest.raises(NotFittedError, match="not fitted yet"):
        LogisticRegression().predict(X)
    assert [(one.error_type, one.outputs) for one in predictions] == [("NotFittedError", ())]


def test_calls_in_a_request_join_to_one(predictions: Any, intake: Any) -> None:
    model = Pipeline([("model", LogisticRegression())]).fit(X, TWO)
    intake.serves()
    model.predict(X)
    assert predictions == []
    scope = RequestScope(intake.deliver)
    with request(scope):
        model.predict(X[:2])
        model.predict_proba(X[:2].copy())
    scope.close()
    (one,) = predictions
    assert {kind for kind, _ in one.outputs} == {Output.PREDICTION, Output.SCORE}


def test_suppressed_instrumentation_sees_nothing(predictions: Any) -> None:
    model = LogisticRegression().fit(X, TWO)
    with suppress_instrumentation():
        model.predict(X)
    assert predictions == []


def test_what_scikit_learn_asks_of_its_own_methods_is_answered_as_before() -> None:
    assert hasattr(make_pipeline(SVC(probability=False)), "predict")
    assert not hasattr(make_pipeline(LinearSVC()), "predict_proba")
    assert not hasattr(GridSearchCV(LinearSVC(), {}), "predict_proba")
    assert is_classifier(LogisticRegression())
    assert LogisticRegression.predict.__doc__.startswith("\n        Predict class labels")
    assert "sample_weight" in LogisticRegression().get_metadata_routing().fit.requests


def test_observed_models_travel_by_pickle_and_by_value(predictions: Any) -> None:
    class Local(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
        def predict(self, rows: Any) -> Any:
            return np.zeros(len(rows))

    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, TWO)
    assert pickle.loads(pickle.dumps(fitted)).predict(X).shape == (60,)
    assert cloudpickle.loads(cloudpickle.dumps(Local())).predict(X).shape == (60,)
    assert len(predictions) == 2


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (LogisticRegression, "fit"),
        (DecisionTreeClassifier, "predict_proba"),
        (Pipeline, "predict"),
        (KMeans, "predict"),
    ],
)
def test_uninstrumenting_gives_every_method_back(cls: Any, name: Any) -> None:
    def own() -> Any:
        return next(owner.__dict__[name] for owner in cls.__mro__ if name in owner.__dict__)

    observed = own()
    SklearnInstrumentor().uninstrument()
    original = own()
    assert observed is not original
    assert observed.__wrapped__ in (original, getattr(original, "fn", None)) or observed._driftline_inner is original

    class Unseen(BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
        def predict(self, rows: Any) -> Any:
            return rows

    assert not hasattr(Unseen.predict, "_driftline_inner")
    SklearnInstrumentor().instrument()
