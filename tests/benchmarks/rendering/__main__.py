"""500 monitors rendered and evaluated by a real Prometheus, and the page of 300 models.

    python -m tests.benchmarks.rendering [rules] [history] [page]

Minutes, and a Prometheus 3.16 (`make servers`). CPU seconds are of one core; what a server took it says itself.
"""

from __future__ import annotations

import sys

from tests.benchmarks.rendering import history, page, rules

TABLES = {"rules": rules.main, "history": history.main, "page": page.main}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        print(f"\n== {name}", flush=True)
        TABLES[name]()
