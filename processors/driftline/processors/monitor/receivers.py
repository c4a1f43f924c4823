"""The ways to tell somebody of an alert.

Secrets are never written in a monitor: each is the name of a file on the machine that sends the notification.
"""

from __future__ import annotations

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from driftline.processors.documents import Choice, Entry, Text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{text!r} is no address: write http://HOST/PATH or https://HOST/PATH")
    if parts.password:
        raise ValueError("holds a password: put a bearer token into a file and name it in `tokenFile`")
    return text


def _smarthost(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"{text!r} is not HOST:PORT: write for example mail.example.com:587")
    return text


Url = Annotated[Text, AfterValidator(_url)]


class Webhook(Entry):
    """An HTTP endpoint that takes the sender's JSON."""

    url: Url
    """Its address, without a secret in it."""
    token_file: Text | None = None
    """A file whose content is sent as bearer token; absent: none is sent."""


class Slack(Entry):
    """A channel of Slack, or of what speaks like it."""

    channel: Text
    """The channel, as `#ml-alerts`."""
    url_file: Text
    """A file that holds the address of Slack's incoming webhook."""


class PagerDuty(Entry):
    """A service of PagerDuty, by its Events API v2."""

    routing_key_file: Text
    """A file that holds the integration key."""


class Email(Entry):
    """A mailbox."""

    to: Text
    """Addresses, separated by commas."""
    sender: Text = Field(alias="from")
    """The sender's address."""
    smarthost: Annotated[Text, AfterValidator(_smarthost)]
    """The mail server, HOST:PORT; it must offer TLS."""
    username: Text | None = None
    """Who logs in there; absent: nobody does."""
    password_file: Text | None = None
    """A file that holds the password; needed with `username`."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise ValueError("needs both `username` and `passwordFile`, or neither")
        return self


class Receiver(Choice):
    """One way to tell somebody: exactly one of these."""

    webhook: Webhook | None = None
    slack: Slack | None = None
    pagerduty: PagerDuty | None = None
    email: Email | None = None

    @property
    def way(self) -> Webhook | Slack | PagerDuty | Email:
        """The one that is given."""
        ways = (self.webhook, self.slack, self.pagerduty, self.email)
        return next(way for way in ways if way is not None)

    @property
    def shown(self) -> str:
        """What it is called where it is listed; nothing secret."""
        match self.way:
            case Webhook() as way:
                return way.url
            case Slack() as way:
                return f"slack {way.channel}"
            case PagerDuty():
                return "pagerduty"
            case Email() as way:
                return way.to
