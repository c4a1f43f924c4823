"""What Grafana reads at its start: data source, dashboards' folder, alerts, in the spelling of its provisioning FILES.

That spelling is not the one of its HTTP API: `keepFiringFor` and `missing_series_evals_to_resolve` here are
`keep_firing_for` and `missingSeriesEvalsToResolve` there, and the wrong one is dropped without a word.

Source: Grafana documentation, "Provision Grafana" and "Use configuration files to provision alerting resources".
"""

from __future__ import annotations

from driftline.processors.rendering.grafana.provisioning.files import provisioning

__all__ = ["provisioning"]
