"""Grafana's provisioning files, as strictly as its documentation has them: no other key, no other kind of value.

Source: Grafana documentation 13.3, "Provision Grafana" (data sources, dashboards) and "Use configuration files to
provision alerting resources"; for rules also Grafana's `pkg/services/provisioning/alerting/rules_types.go`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Seconds = Annotated[str, Field(pattern=r"^\d+(s|m|h|d)$")]
Uid = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class Strict(BaseModel):
    """Nothing unknown, nothing converted; keys are spelled `likeThis` unless said otherwise."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class File(Strict):
    """What every file begins with."""

    api_version: Literal[1]


class PrometheusOptions(Strict):
    http_method: Literal["GET", "POST"]
    prometheus_type: Literal["Prometheus", "Mimir", "Thanos", "Cortex"]
    time_interval: Seconds


class Source(Strict):
    name: str
    uid: Uid
    type: Literal["prometheus"]
    access: Literal["proxy"]
    url: str
    is_default: bool
    editable: bool
    json_data: PrometheusOptions


class Sources(File):
    datasources: list[Source]


class Path(Strict):
    path: str


class Provider(Strict):
    name: str
    folder: str
    folder_uid: Uid
    type: Literal["file"]
    allow_ui_updates: bool
    disable_deletion: bool
    update_interval_seconds: int
    options: Path


class Providers(File):
    providers: list[Provider]


class Range(Strict):
    from_: int = Field(alias="from")
    to: int


class Asked(Strict):
    ref_id: str
    expr: str
    instant: Literal[True]
    range: Literal[False]
    editor_mode: Literal["code"]


class Reduced(Strict):
    ref_id: str
    type: Literal["reduce"]
    expression: str
    reducer: Literal["last"]


class Computed(Strict):
    ref_id: str
    type: Literal["math"]
    expression: str


class Step(Strict):
    ref_id: str
    relative_time_range: Range
    datasource_uid: str
    model: Asked | Reduced | Computed


class Rule(Strict):
    uid: Uid
    title: Annotated[str, Field(max_length=190)]
    condition: str
    data: list[Step]
    dashboard_uid: Uid
    panel_id: int
    no_data_state: Literal["OK", "NoData", "Alerting", "KeepLast"]
    exec_err_state: Literal["OK", "Error", "Alerting", "KeepLast"]
    for_: Seconds = Field(alias="for")
    keep_firing_for: Seconds
    missing_series: int = Field(ge=1, alias="missing_series_evals_to_resolve")
    labels: dict[str, str]
    annotations: dict[str, str]


class Group(Strict):
    org_id: Literal[1]
    name: str
    folder: str
    interval: Seconds
    rules: Annotated[list[Rule], Field(min_length=1)]


class Groups(File):
    groups: list[Group]


class Webhook(Strict):
    url: str
    http_method: Literal["POST"]
    scheme: str | None = Field(None, alias="authorization_scheme")
    credentials: str | None = Field(None, alias="authorization_credentials")


class Slack(Strict):
    url: str
    recipient: str
    title: str
    text: str


class PagerDuty(Strict):
    integration_key: str
    summary: str
    severity: str
    details: dict[str, str]


class Email(Strict):
    addresses: str
    single_email: bool
    subject: str


class Way(Strict):
    uid: Uid
    type: Literal["webhook", "slack", "pagerduty", "email"]
    settings: Webhook | Slack | PagerDuty | Email


class ContactPoint(Strict):
    org_id: Literal[1]
    name: str
    receivers: Annotated[list[Way], Field(min_length=1)]


class ContactPoints(File):
    contact_points: list[ContactPoint]


class Times(Strict):
    start: Annotated[str, Field(pattern=r"^\d\d:\d\d$", alias="start_time")]
    end: Annotated[str, Field(pattern=r"^\d\d:\d\d$", alias="end_time")]


class Interval(Strict):
    times: list[Times]
    weekdays: list[str] | None = None
    location: str | None = None


class MuteTiming(Strict):
    org_id: Literal[1]
    name: str
    intervals: list[Interval] = Field(alias="time_intervals")


class MuteTimings(File):
    mute_times: list[MuteTiming]


Matcher = Annotated[list[str], Field(min_length=3, max_length=3)]


class Policy(Strict):
    receiver: str
    matchers: list[Matcher] = Field([], alias="object_matchers")
    group_by: list[str] = Field([], alias="group_by")
    group_wait: Seconds | None = Field(None, alias="group_wait")
    group_interval: Seconds | None = Field(None, alias="group_interval")
    repeat_interval: Seconds | None = Field(None, alias="repeat_interval")
    mute: list[str] = Field([], alias="mute_time_intervals")
    routes: list[Policy] = []


class Root(Policy):
    org_id: Literal[1]


class Policies(File):
    policies: Annotated[list[Root], Field(min_length=1, max_length=1)]


SHAPES: dict[str, type[File]] = {
    "datasources/driftline.yaml": Sources,
    "dashboards/driftline.yaml": Providers,
    "alerting/driftline.contacts.yaml": ContactPoints,
    "alerting/driftline.mutes.yaml": MuteTimings,
    "alerting/driftline.policies.yaml": Policies,
}
"""The shape of a file by its path below `grafana/provisioning`; every other one holds rules."""
