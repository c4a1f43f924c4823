"""Scouter: PSI on 10 quantile bins against its chi-square limit, with its defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
from scouter.drift import Drifter, PsiDriftConfig

from tests.benchmarks.peers.inside import Method, Table, main
