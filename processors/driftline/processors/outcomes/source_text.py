"""An identity with its segment as text, as the store keeps it."""

from __future__ import annotations

import json

from driftline.processors.findings import Identity


def source_text(identity: Identity) -> str:
    """The identity as JSON: the same text for the same identity.

    >>> source_text(Identity("credit", "7", segment=(("region", "eu"),)))
    '["credit","7",null,null,[["region","eu"]]]'
    """
    return json.dumps(
        [identity.model, identity.version, identity.variant, identity.environment, identity.segment],
        separators=(",", ":"),
    )


def identity_of(text: str) -> Identity:
    """What `source_text` wrote.

    >>> identity_of('["credit","7",null,null,[["region","eu"]]]').segment
    (('region', 'eu'),)
    """
    model, version, variant, environment, segment = json.loads(text)
    return Identity(model, version, variant, environment, tuple((name, value) for name, value in segment))
