"""The calibration suite in short: `python -m tests.calibration --quick` without the parts that have tests of their own.

Budget: 100 pairs a cell of looks twice, 3 streams of 100 looks, 4 references of 1,500 panes; seeded, 99.9 % intervals.
"""

from __future__ import annotations

import pytest

from tests.calibration.__main__ import main
from tests.calibration.budget import PART as BUDGET
from tests.calibration.looks import PART as LOOKS
from tests.calibration.rows import Measured, Part, Row
from tests.calibration.runs import PART as RUNS


@pytest.mark.statistical
@pytest.mark.parametrize("part", [LOOKS, BUDGET, RUNS], ids=lambda part: part.name)
def test_nothing_is_outside_what_is_promised(part: Part) -> None:
    rows = list(part.rows(True))
    assert rows
    assert [row for row in rows if row.outside] == []


@pytest.mark.parametrize(("low", "high", "outside"), [(1.3, 1.5, True), (0.1, 0.7, True), (0.7, 1.3, False)])
def test_a_row_is_outside_when_all_of_its_interval_is(low: float, high: float, outside: bool) -> None:
    assert Row(("case",), Measured((low + high) / 2, low, high), 0.8, 1.2).outside is outside


def test_a_part_nobody_knows_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["weather"])
