"""A document that is written is read back as it was, by a reader of YAML that is not ours."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.rendering.documents import document_text

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    [
        "no",
        "Off",
        "1e3",
        "0x1",
        "12:30",
        "2026-01-01",
        "=",
        "~",
        "- a",
        "a: b",
        "a #b",
        " a\nb",
        "a\n\n",
        "a\n b\n",
        "*",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(scalars, lambda one: st.lists(one, max_size=3) | st.dictionaries(texts, one, max_size=3))
documents = st.dictionaries(texts, values, max_size=4)


@given(documents)
def test_what_is_written_is_read_back_as_it_was(document: dict[str, Any]) -> None:
    assert (yaml.safe_load(document_text(document)) or {}) == document


@pytest.mark.parametrize("text", ["a\nor\nb", "a\n\nb", "{\n  1\n}\n"])
def test_text_of_several_lines_can_be_read_line_by_line(text: str) -> None:
    written = document_text({"key": [{"text": text}]})
    assert [line.strip() for line in written.splitlines()[3:]] == [line.strip() for line in text.splitlines()]


def test_notes_are_comments_whatever_they_hold() -> None:
    assert yaml.safe_load(document_text({"a": 1}, ["b: 2\nc: 3", ""])) == {"a": 1}
