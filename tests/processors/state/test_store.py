"""The state file: whole, or set aside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.health import Health
from driftline.processors.state import FILE_NAME, StateError, Store
from driftline.processors.state.encoding import encode
from driftline.processors.windows import Columns
from driftline.semconv import metrics


def errors(health: Health) -> float:
    return sum(reading.value for reading in health.snapshot() if reading.name == metrics.DRIFTLINE_STATE_ERRORS)


def saved(folder: Path, snapshot: dict[str, object]) -> None:
    store = Store.open(folder, health=Health())
    assert store.save(snapshot)
    store.close()


def test_what_was_saved_comes_back_after_a_restart(tmp_path: Path) -> None:
    columns = Columns(starts=np.array([1, 2**60]), values=np.array([[1.5], [2.0]]), none=np.zeros((0, 3), np.int64))
    saved(tmp_path / "new", {"alarms": {"credit": ["drift", 7]}, "positions": columns})

    store = Store.open(tmp_path / "new", health=Health())
    found = store.load()
    store.close()

    assert found["alarms"] == {"credit": ["drift", 7]}
    assert set(found["positions"]) == set(columns)
    for name, column in columns.items():
        assert (found["positions"][name] == column).all()
        assert found["positions"][name].dtype == column.dtype


def test_a_column_of_objects_is_refused_rather_than_pickled() -> None:
    with pytest.raises(TypeError, match="pickle"):
        encode(Columns(values=np.array([{"a": 1}], dtype=object)))


def test_an_entry_that_is_no_longer_saved_is_gone(tmp_path: Path) -> None:
    store = Store.open(tmp_path, health=Health())
    store.save({"a": 1, "b": 2})
    store.save({"b": 3})
    assert store.load() == {"b": 3}
    store.close()


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 400])
def test_a_file_that_is_no_database_is_set_aside_and_the_processor_starts_afresh(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(damage)
    health = Health()
    store = Store.open(tmp_path, health=health)
    assert store.load() == {}
    assert store.save({"a": 1})
    assert store.load() == {"a": 1}
    store.close()
    assert errors(health) == (1 if damage else 0)
    assert len(list(tmp_path.glob("*.corrupt-*"))) == errors(health)


def test_a_flipped_bit_anywhere_is_noticed_or_harmless(tmp_path: Path) -> None:
    document = {"text": "x" * 3000}
    saved(tmp_path, {"a": document})
    whole = (tmp_path / FILE_NAME).read_bytes()
    noticed = 0
    for at in range(0, len(whole), 509):
        folder = tmp_path / str(at)
        folder.mkdir()
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        (folder / FILE_NAME).write_bytes(damaged)
        health = Health()
        store = Store.open(folder, health=health)
        assert store.load() in ({"a": document}, {})
        assert store.save({"b": 1}), "a damaged file must never stop the next save"
        store.close()
        noticed += int(errors(health))
    assert noticed > 2


def test_a_file_set_aside_does_not_overwrite_one_before(tmp_path: Path) -> None:
    for _ in range(3):
        (tmp_path / FILE_NAME).write_bytes(b"garbage" * 1000)
        Store.open(tmp_path, health=Health()).close()
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 3


def test_whoever_cannot_use_what_was_loaded_sets_the_file_aside(tmp_path: Path) -> None:
    saved(tmp_path, {"a": 1})
    health = Health()
    store = Store.open(tmp_path, health=health)
    store.reject(KeyError("references"))
    assert store.load() == {}
    assert errors(health) == 1
    store.close()


def test_two_processors_cannot_share_a_state(tmp_path: Path) -> None:
    store = Store.open(tmp_path, health=Health())
    code = (
        "import sys; from pathlib import Path; from driftline.processors.health import Health\n"
        "from driftline.processors.state import Store, StateError\n"
        "try: Store.open(Path(sys.argv[1]), health=Health())\n"
        "except StateError as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    store.close()
    assert "another processor" in told.stdout
    Store.open(tmp_path, health=Health()).close()


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="--state"):
        Store.open(tmp_path / "file" / "below", health=Health())


def test_a_save_that_fails_is_counted_and_the_last_one_stays(tmp_path: Path) -> None:
    health = Health()
    store = Store.open(tmp_path, health=health)
    store.save({"a": 1})
    with store._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    assert not store.save({"a": 2, "b": 3})
    assert errors(health) == 1
    assert store.load() == {"a": 1}
    store.close()
