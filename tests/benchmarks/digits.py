"""Handwritten digits, a model of them, and eighteen shifts: a small stand-in for "Failing Loudly".

Source of the protocol: Rabanser, Guennemann and Lipton (2019), arXiv:1810.11953: Gaussian noise of three strengths,
image changes, knocked out classes and adversarial steps, each on a tenth, half and all of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

Images = NDArray[np.float64]

KINDS = ("noise 1", "noise 10", "noise 100", "image", "knockout", "adversarial")
PORTIONS = (0.1, 0.5, 1.0)
_BRIGHTEST = 16.0
_STEP = 2.0


class Shift(NamedTuple):
    """One kind of change, on a share of the window's rows."""

    kind: str
    portion: float


SHIFTS = tuple(Shift(kind, portion) for kind in KINDS for portion in PORTIONS)


@dataclass(frozen=True, slots=True)
class Digits:
    """600 images to compare with, 600 to draw windows from, and a model trained on the other 597."""

    known: Images
    images: Images
    labels: NDArray[np.int64]
    model: Any

    def window(self, shift: Shift | None, rows: int, random: np.random.Generator) -> Images:
        """`rows` images, changed by `shift`; None changes nothing."""
        if shift is not None and shift.kind == "knockout":
            kept = self._without_zeros(shift.portion, random)
            return np.asarray(self.images[random.choice(kept, min(rows, len(kept)), replace=False)])
        at = random.choice(len(self.images), rows, replace=False)
        images = self.images[at].copy()
        if shift is not None:
            hit = random.choice(rows, round(shift.portion * rows), replace=False)
            images[hit] = self._changed(shift.kind, images[hit], self.labels[at][hit], random)
        return images

    def logits(self, images: Images) -> Images:
        """The model's own embedding: one number a class, shape (n, 10)."""
        return np.asarray(self.model.decision_function(images))

    def _without_zeros(self, portion: float, random: np.random.Generator) -> NDArray[np.int64]:
        zeros = np.flatnonzero(self.labels == 0)
        dropped = random.choice(zeros, round(portion * len(zeros)), replace=False)
        return np.setdiff1d(np.arange(len(self.images)), dropped)

    def _changed(self, kind: str, images: Images, labels: NDArray[np.int64], random: np.random.Generator) -> Images:
        if kind == "image":
            return np.array([_moved(image, random) for image in images]).reshape(images.shape)
        if kind == "adversarial":
            error = self.model.predict_proba(images)
            error[np.arange(len(images)), labels] -= 1
            images = images + _STEP * np.sign(error @ self.model.coef_)
            return np.asarray(np.clip(images, 0, _BRIGHTEST))
        strength = float(kind.split()[1]) * _BRIGHTEST / 255
        return np.asarray(np.clip(images + random.normal(0, strength, images.shape), 0, _BRIGHTEST))


def _moved(image: Images, random: np.random.Generator) -> Images:
    """Turned by up to 40 degrees and shifted by up to a pixel."""
    turned = ndimage.rotate(image.reshape(8, 8), random.uniform(-40, 40), reshape=False, order=1)
    return np.asarray(np.clip(ndimage.shift(turned, random.uniform(-1, 1, 2), order=1), 0, _BRIGHTEST)).ravel()


@cache
def digits() -> Digits:
    """The data, shuffled once, and the model."""
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order], labels[order]
    model = LogisticRegression(max_iter=5000).fit(images[:597], labels[:597])
    return Digits(images[597:1197], images[1197:], labels[1197:], model)
