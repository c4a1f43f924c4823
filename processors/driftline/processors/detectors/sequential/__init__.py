"""Sequential detectors: over numbers as they come, and over panes of counts against a reference."""

from driftline.processors.detectors.sequential.adwin import Adwin
from driftline.processors.detectors.sequential.charts import CHARTS, Chart
from driftline.processors.detectors.sequential.counted import CountedCusum, CountedPageHinkley
from driftline.processors.detectors.sequential.counted_adwin import CountedAdwin
from driftline.processors.detectors.sequential.cusum import Cusum
from driftline.processors.detectors.sequential.e_process import EProcess
from driftline.processors.detectors.sequential.page_hinkley import PageHinkley

__all__ = [
    "CHARTS",
    "Adwin",
    "Chart",
    "CountedAdwin",
    "CountedCusum",
    "CountedPageHinkley",
    "Cusum",
    "EProcess",
    "PageHinkley",
]
