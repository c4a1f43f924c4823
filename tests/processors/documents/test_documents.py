"""Files that people write."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.documents import DocumentError, parse_duration, read_documents, write_duration

WRITTEN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="ascii"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=8,
)


def one(tmp_path: Path, text: str, name: str = "file.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@given(st.dictionaries(st.text("abcd", min_size=1), WRITTEN, min_size=1, max_size=4))
def test_what_another_yaml_writer_writes_is_read_as_the_same_value(
    tmp_path_factory: pytest.TempPathFactory, value: object
) -> None:
    path = one(tmp_path_factory.mktemp("yaml"), yaml.safe_dump(value))
    assert read_documents(path)[0].value == value


def test_every_key_and_entry_knows_its_line(tmp_path: Path) -> None:
    document = read_documents(one(tmp_path, "a: 1\nb:\n  - x\n  - c: 2\n"))[0]
    assert document.line(("b",)) == 2
    assert document.line(("b", 1, "c")) == 4
    assert document.line(("b", 1, "not there")) == 4


def test_a_number_remembers_how_it_was_written(tmp_path: Path) -> None:
    value = read_documents(one(tmp_path, "version: 1.10\ncount: 007\n"))[0].value
    assert value["version"].text == "1.10"
    assert value["count"].text == "007"


def test_only_true_and_false_are_booleans_and_a_date_is_text(tmp_path: Path) -> None:
    value = read_documents(one(tmp_path, "a: no\nb: true\nc: 2026-11-24\n"))[0].value
    assert value == {"a": "no", "b": True, "c": "2026-11-24"}


def test_an_anchor_is_merged_under_the_keys_beside_it(tmp_path: Path) -> None:
    value = read_documents(one(tmp_path, "base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\n"))[0].value
    assert value["use"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: [1\nb: 2\n", 2, "not YAML"),
        ("a: &x [*x]\n", 1, "alias"),
        ("? [a]\n: 1\n", 1, "key must be text"),
        ("a: {<<: 3}\n", 1, "takes a mapping"),
        ("a: \0\n", 1, "not YAML"),
    ],
)
def test_a_fault_names_file_line_and_what_is_wrong(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = one(tmp_path, text)
    with pytest.raises(DocumentError) as caught:
        read_documents(path)
    assert caught.value.faults[0].line == line
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_json_file_must_be_json_and_may_be_indented_with_tabs(tmp_path: Path) -> None:
    assert read_documents(one(tmp_path, '{\n\t"a": "\\ud83d\\ude00"\n}', "a.json"))[0].line(("a",)) == 2
    with pytest.raises(DocumentError, match=r"b\.json:1: not JSON"):
        read_documents(one(tmp_path, "a: 1", "b.json"))


def test_a_file_that_is_missing_or_not_text_or_enormous_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        read_documents(tmp_path / "absent.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe4\n")
    with pytest.raises(DocumentError, match="not UTF-8"):
        read_documents(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (9 << 20))
    with pytest.raises(DocumentError, match="8 MiB"):
        read_documents(tmp_path / "large.yaml")


@given(st.integers(1, 10**6), st.sampled_from(["ms", "s", "m", "h", "d"]))
def test_a_duration_that_is_written_is_read_as_the_same(number: int, unit: str) -> None:
    nanoseconds = parse_duration(f"{number}{unit}")
    assert parse_duration(write_duration(nanoseconds)) == nanoseconds


@pytest.mark.parametrize("text", ["", "5", "m", "0s", "-5m", "5 m", "1.5h", "5y", "٣s"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="5m"):
        parse_duration(text)
