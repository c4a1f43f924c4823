"""The id of a request's prediction: the caller's own, else a new one, and always said in the answer's header."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

from driftline.instrumentation.observing import quietly
from driftline.instrumentation.scopes import RequestScope

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

HEADER_VARIABLE: Final = "DRIFTLINE_PREDICTION_ID_HEADER"
FIELD_VARIABLE: Final = "DRIFTLINE_PREDICTION_ID_FIELD"
_MOST_BYTES: Final = 1 << 20  # of a body that is read for its id: beyond, a table is being sent, and ids are made here
_LONGEST: Final = 256


@dataclass(frozen=True, slots=True)
class Identifying:
    """Where a request says its prediction's id, and where the answer does; empty is nowhere.

    An id longer than 256 characters, or with characters that a header cannot hold, is not taken: one is made.
    """

    header: str
    field: str

    @classmethod
    def chosen(cls, header: str | None, field: str | None, environ: Mapping[str, str]) -> Identifying:
        """From the options, else the variables, else `X-Prediction-Id` and no field."""
        named = header if header is not None else environ.get(HEADER_VARIABLE, "X-Prediction-Id")
        return cls(named, field if field is not None else environ.get(FIELD_VARIABLE, ""))

    def listen(self, scope: Message, receive: Receive, held: RequestScope) -> Receive:
        """Take the id that the caller chose, now from the header or, as the body passes by, from its field."""
        name = self.header.lower().encode()
        said = next((value for key, value in scope.get("headers", ()) if key == name), None) if name else None
        if said is not None:
            held.prediction_id = _usable(said.decode("latin-1"))
        if held.prediction_id is None and self.field and scope["type"] == "http":
            return _Body(self.field, receive, held).receive
        return receive

    def say(self, message: Message, held: RequestScope) -> None:
        """Put the id into the answer's headers, where models have answered or the caller chose it."""
        if not self.header or not (held.prediction_id or held.rows):
            return
        if held.prediction_id is None:
            held.prediction_id = uuid.uuid4().hex
        message["headers"] = [*message.get("headers", ()), (self.header.lower().encode(), held.prediction_id.encode())]


class _Body:
    """A request's body on its way to the application, read along for one field."""

    def __init__(self, field: str, receive: Receive, held: RequestScope) -> None:
        self._field = field
        self._receive = receive
        self._held = held
        self._read: bytearray | None = bytearray()

    async def receive(self) -> Message:
        message = await self._receive()
        if self._read is not None and message["type"] == "http.request":
            self._read += message.get("body", b"")
            if len(self._read) > _MOST_BYTES:
                self._read = None
            elif not message.get("more_body", False):
                quietly(self._take, bytes(self._read))
                self._read = None
        return message

    def _take(self, body: bytes) -> None:
        try:
            content = json.loads(body)
        except ValueError:
            return  # it is the application's to refuse
        value = content.get(self._field) if isinstance(content, dict) else None
        if isinstance(value, str | int) and not isinstance(value, bool):
            self._held.prediction_id = _usable(str(value))


def _usable(said: str) -> str | None:
    text = said.strip()
    return text if 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() else None
