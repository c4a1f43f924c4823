"""Walking the fields of one message, and counting messages before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from driftline.processors.otlp.errors import MalformedError, TooLargeError

LENGTH_DELIMITED = 2
_FIXED_SIZES = {1: 8, 5: 4}


class Field(NamedTuple):
    """One field of a message: its number, wire type, where its tag begins, where its content begins and ends."""

    number: int
    wire_type: int
    start: int
    content: int
    end: int


def fields_of(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """The fields of a message, in the order of the wire.

    Args:
        data: bytes that hold the message.
        start: where it begins.
        end: where it ends; the end of the data by default.

    Raises:
        MalformedError: a field runs past the end, or has a wire type that OTLP does not use (groups).

    >>> [(field.number, field.wire_type, field.end) for field in fields_of(bytes.fromhex("0a0161"))]
    [(1, 2, 3)]

    Source: protobuf encoding, "Message Structure".
    """
    end = len(data) if end is None else end
    at = start
    while at < end:
        begin = at
        tag, at = varint(data, at, end)
        wire_type = tag & 7
        if wire_type == LENGTH_DELIMITED:
            size, content = varint(data, at, end)
            at = content + size
        elif wire_type in _FIXED_SIZES:
            content, at = at, at + _FIXED_SIZES[wire_type]
        elif wire_type == 0:
            content = at
            _, at = varint(data, at, end)
        else:
            raise MalformedError(f"the request is not valid protobuf: wire type {wire_type} at byte {begin}")
        if at > end:
            raise MalformedError(f"the request is truncated: the field at byte {begin} ends after the message does")
        yield Field(tag >> 3, wire_type, begin, content, at)


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number at a place, and the place behind it.

    Raises:
        MalformedError: it does not end before `end`, or after ten bytes.

    >>> varint(bytes([0xAC, 0x02]), 0, 2)
    (300, 2)

    Source: protobuf encoding, "Base 128 Varints".
    """
    value = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise MalformedError(f"the request is truncated or not protobuf: no number ends at byte {at}")


def bound_elements(data: bytes, nesting: tuple[frozenset[int], ...], limit: int) -> None:
    """See that a message holds no more sub-messages than the limit, without building any of them.

    Args:
        data: the message.
        nesting: for each depth the field numbers that hold sub-messages; those of the last depth are not entered.
        limit: most fields, over all depths.

    Raises:
        TooLargeError: there are more.
        MalformedError: the walk met something that is not protobuf.

    Cost: none for messages that are too small to hold so many; else about 0.5 us a field, and no more than `limit`
    fields, so that two million empty messages cost what two hundred thousand do.
    """
    if len(data) <= 2 * limit:  # the smallest sub-message takes two bytes
        return
    open_messages, seen = [fields_of(data)], 0  # one iterator a depth: the walk itself holds next to nothing
    while open_messages:
        field = next(open_messages[-1], None)
        if field is None:
            open_messages.pop()
            continue
        seen += 1
        bound_count(seen, limit)
        depth = len(open_messages)
        if depth < len(nesting) and field.wire_type == LENGTH_DELIMITED and field.number in nesting[depth - 1]:
            open_messages.append(fields_of(data, field.content, field.end))


def bound_count(elements: int, limit: int) -> None:
    """See that there are no more elements than the limit. Raises TooLargeError."""
    if elements > limit:
        raise TooLargeError(f"the request holds more than {limit} elements: send smaller batches")
