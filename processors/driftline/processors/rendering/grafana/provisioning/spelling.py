"""How a provisioning file spells what is not plain text to Grafana."""

from __future__ import annotations


def literally(text: str) -> str:
    """A text in which Grafana looks for no variable of its environment. For names and labels, not for annotations.

    >>> literally("a $HOME")
    'a $$HOME'
    """
    return text.replace("$", "$$")


def content_of(file: str) -> str:
    """What stands in a file on Grafana's machine, which Grafana puts in when it reads this.

    >>> content_of("/etc/grafana/slack")
    '$__file{/etc/grafana/slack}'
    """
    return f"$__file{{{file}}}"
