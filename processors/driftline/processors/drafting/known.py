"""What is known of a model before anybody wrote a monitor for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field, and what speaks against watching it as it is."""

    name: str
    role: str
    doubt: str | None = None
    """Why it is better shown than alarmed on, as a clause; None where nothing speaks against it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model as a profile or its traffic shows it.

    `source` says in a few words where this is from. `profile` is the path of a profile, as the monitor shall write it;
    None without one. `segments` are attributes whose values were seen apart. `per_second` are observations of the
    busiest field; None where no traffic was seen. `learns` says that its reference was learned from traffic.
    """

    model: str
    source: str
    fields: tuple[KnownField, ...]
    profile: str | None = None
    segments: tuple[str, ...] = ()
    per_second: float | None = None
    learns: bool = False
