"""Which of the SDK's two forms of a dashboard we mean."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def classic_form() -> Iterator[None]:
    """Import and use the SDK's classic builders without being told that schema v2 is newer.

    The SDK says so at import and at each dashboard. File provisioning of the Grafana versions people run loads the
    classic form, and the newest converts it, so the classic form is what we mean.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Prefer using dashboardv2", category=DeprecationWarning)
        yield
