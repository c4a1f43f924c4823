"""Whether an address can be reached from other machines, and the refusal to listen there in the open."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address


class OpenAddressError(ValueError):
    """The processor would listen beyond this machine without TLS and authentication."""


def split_address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; an IPv6 host stands in brackets. Raises ValueError on anything else.

    >>> split_address("[::1]:4317")
    ('::1', 4317)
    """
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not bare or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError(f"{text!r} is not HOST:PORT: write for example 127.0.0.1:4317, or port 0 for a free one")
    if ":" in bare and not bracketed:
        raise ValueError(f"{text!r} has an IPv6 host without brackets: write [{bare}]:{port}")
    return bare, int(port)


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `HOST:PORT`. A name other than `localhost` counts as reachable by all.

    >>> is_loopback("127.0.0.1:4317"), is_loopback("[::1]:0"), is_loopback("0.0.0.0:4317")
    (True, True, False)
    """
    host, _ = split_address(address)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_open_addresses(listen: Mapping[str, str], *, insecure: bool) -> None:
    """Refuse to listen beyond this machine in the open.

    Args:
        listen: what listens (its flag, `--otlp-grpc`) to where, `HOST:PORT`.
        insecure: `--insecure-listen`: the user knows.

    Raises:
        OpenAddressError: an address is not loopback and `insecure` is False; names all of them.
    """
    found = [f"{flag} {address}" for flag, address in listen.items() if not is_loopback(address)]
    if found and not insecure:
        raise OpenAddressError(
            f"{', '.join(found)}: other machines could reach this without TLS and authentication. "
            "Listen on 127.0.0.1, or say --insecure-listen (DRIFTLINE_INSECURE_LISTEN=true) if the network is yours."
        )
