"""Models whose outcomes are known: the files inside NannyML's wheel, brought to one shape, and simulated chunks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.benchmarks.real_data import member

WHEEL, FOLDER = "nannyml==0.13.1", "nannyml/datasets/data"


@dataclass(frozen=True, slots=True)
class Case:
    """One model: rows with `outcome`, `prediction`, and `score` or features.

    Args:
        title: what the table calls it.
        task: `binary`, `multiclass` or `regression`.
        reference: rows that the estimate learns from.
        analysis: rows it is put to, in order of time.
        chunk: rows estimated together; the last chunk may have fewer, as NannyML has it.
    """

    title: str
    task: str
    reference: pd.DataFrame
    analysis: pd.DataFrame
    chunk: int

    @property
    def metrics(self) -> Mapping[str, str]:
        """Our names of the metrics shown, to NannyML's."""
        if self.task == "regression":
            return {name: name for name in ("mae", "rmse", "mape")}
        plain = ("roc_auc", "f1", "accuracy", "precision", "recall")
        ours = ("roc_auc_ovr", "f1_macro", "accuracy", "precision_macro", "recall_macro")
        return dict(zip(plain if self.task == "binary" else ours, plain, strict=True))

    @property
    def scores(self) -> list[str]:
        """The score columns."""
        return [name for name in self.reference.columns if name.startswith("score")]

    def chunks(self) -> Iterator[pd.DataFrame]:
        """The analysis rows, chunk by chunk."""
        for start in range(0, len(self.analysis), self.chunk):
            yield self.analysis.iloc[start : start + self.chunk]


def census() -> Case:
    """US census, employment in Massachusetts: trained on 2015, put to 2016 to 2018."""
    names = {"predicted_probability": "score", "employed": "outcome"}
    tables = [_parquet(f"employment_MA_{each}") for each in ("reference", "analysis", "analysis_target")]
    return Case("US census, employment", "binary", *_shaped(tables, names), 5000)


def car_loan() -> Case:
    """Synthetic: whether a car loan is repaid."""
    names = {"y_pred_proba": "score", "y_pred": "prediction", "repaid": "outcome"}
    tables = [_csv(f"synthetic_car_loan_{each}") for each in ("reference", "analysis", "analysis_target")]
    return Case("car loan (synthetic)", "binary", *_shaped(tables, names), 5000)


def work_from_home() -> Case:
    """Synthetic: whether someone works from home."""
    names = {"y_pred_proba": "score", "y_pred": "prediction", "work_home_actual": "outcome"}
    tables = [_csv(f"synthetic_sample_{each}") for each in ("reference", "analysis", "analysis_gt")]
    return Case("work from home (synthetic)", "binary", *_shaped(tables, names), 5000)


def housing() -> Case:
    """California housing: the regions change with time, and with them what a score means."""
    names = {"y_pred_proba": "score", "y_pred": "prediction", "clf_target": "outcome"}
    tables = [_csv(f"california_housing_{each}") for each in ("reference", "analysis", "analysis_gt")]
    return Case("California housing", "binary", *_shaped(tables, names), 500)


def credit_card() -> Case:
    """Synthetic: which of three credit cards someone is offered."""
    tables = [_csv(f"mc_{each}") for each in ("reference", "analysis", "analysis_gt")]
    names = {name: name.replace("y_pred_proba_", "score.") for name in tables[0] if name.startswith("y_pred_proba_")}
    both = (tables[0], tables[1].merge(tables[2], on="id"))
    named = {**names, "y_pred": "prediction", "y_true": "outcome"}
    return Case("credit card (synthetic)", "multiclass", _renamed(both[0], named), _renamed(both[1], named), 5000)


def car_price() -> Case:
    """Synthetic: what a used car sells for."""
    names = {"y_pred": "prediction", "y_true": "outcome"}
    tables = [_csv(f"regression_synthetic_{each}") for each in ("reference", "analysis", "analysis_targets")]
    both = (tables[0], tables[1].merge(tables[2], on="id"))
    one, other = (each.drop(columns=["id", "timestamp"]).rename(columns=names) for each in both)
    return Case("car price (synthetic)", "regression", one, other, 6000)


CASES: tuple[Callable[[], Case], ...] = (census, car_loan, work_from_home, credit_card, housing, car_price)


def _shaped(tables: list[pd.DataFrame], names: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Reference and analysis with `score`, `prediction` and `outcome`; the latter's outcomes joined by id."""
    reference, analysis, target = tables
    both = (reference, analysis.merge(target, on="id"))
    one, other = (_renamed(each, names) for each in both)
    return one.astype({"score": np.float64}), other.astype({"score": np.float64})


def _renamed(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    return table.rename(columns=names)[list(dict.fromkeys((*names.values(), "prediction")))]


def _parquet(name: str) -> pd.DataFrame:
    return pd.read_parquet(io.BytesIO(member(WHEEL, f"{FOLDER}/{name}.pq")))


def _csv(name: str) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(member(WHEEL, f"{FOLDER}/{name}.csv")))
