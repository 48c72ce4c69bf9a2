"""Are HDF5 and JLD tables turned exactly when their header says so, and refused in words when they are damaged?"""

from __future__ import annotations

import random
from pathlib import Path

import h5py
import numpy as np
import pytest

from models.errors import CliqueError, DataError, FileFormatError
from models.files import read_dataset

PINS = np.array([[1, 2, 3, 4], [10, 10, 10, 7], [5, 6, 5, 6], [1, 1, 1, 1]], dtype=np.int32)
SHOWN = ["1234", "0007", "5656", "1111"]


def write_hdf5(path: Path, **tables) -> Path:
    with h5py.File(path, "w") as file:
        for name, table in tables.items():
            file[name] = table
    return path


def write_jld(path: Path, header: bytes = b"Julia data file (HDF5), version 0.1.1\0", **tables) -> Path:
    """Write what Julia's JLD writes: dimensions reversed, a header before the HDF5 part, a group about the writer."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, table in tables.items():
            file[name] = np.asarray(table).T
        file["_creator/WORD_SIZE"] = np.int64(64)
        file["_creator/DATES"] = np.zeros((2, 2))
    content = bytearray(path.read_bytes())
    content[: len(header)] = header
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("rows", [PINS, PINS[:2], np.vstack([PINS, PINS])], ids=["square", "wide", "long"])
def test_the_header_decides_and_not_the_shape(tmp_path, rows) -> None:
    shown = (SHOWN * 2)[: len(rows)]
    for path in (
        write_jld(tmp_path / "a.jld", X=rows),
        write_jld(tmp_path / "b.jld", header=b"HDF5-based Julia Data Format, version 0.1.0\0", X=rows),
        write_jld(tmp_path / "c.h5", X=rows),
        write_hdf5(tmp_path / "d.h5", X=rows),
        write_hdf5(tmp_path / "e.jld", X=rows),
        write_hdf5(tmp_path / "f.hdf5", anything=rows),
    ):
        data = read_dataset(path)
        assert [data.show_row(row) for row in data.rows] == shown, path.name
        assert data.names == ("x1", "x2", "x3", "x4")
        assert any("10 is the digit 0" in note for note in data.notes)
        assert any("Julia" in note for note in data.notes) == (path.name in {"a.jld", "b.jld", "c.h5"})


def test_the_caller_may_turn_a_table(tmp_path) -> None:
    path = write_hdf5(tmp_path / "turned.h5", X=PINS.T)
    data = read_dataset(path, transposed=True)
    assert [data.show_row(row) for row in data.rows] == SHOWN
    julia = write_jld(tmp_path / "a.jld", X=PINS.T)
    assert read_dataset(julia, transposed=False).same_as(data)
    long = write_hdf5(tmp_path / "long.h5", X=np.ones((4, 5000), dtype=int))
    with pytest.raises(FileFormatError, match=r"4 rows and 5,000 columns; .* give transposed=True"):
        read_dataset(long)


def test_which_table_is_read(tmp_path) -> None:
    several = write_hdf5(tmp_path / "several.h5", X=PINS, Y=PINS[:2], note=np.arange(3))
    assert read_dataset(several).n_rows == 4
    assert read_dataset(several, table="Y").n_rows == 2
    with pytest.raises(DataError, match=r"several\.h5 has no table called Z\. Its tables are: X, Y, note"):
        read_dataset(several, table="Z")
    nameless = write_hdf5(tmp_path / "nameless.h5", a=PINS, b=PINS)
    with pytest.raises(FileFormatError, match=r"several tables \(a, b\)\. Keep one, call it X"):
        read_dataset(nameless)
    with pytest.raises(FileFormatError, match="no table"):
        read_dataset(write_hdf5(tmp_path / "none.h5", a=np.int64(3)))
    inside = tmp_path / "inside.h5"
    with h5py.File(inside, "w") as file:
        file["group/deep"] = PINS
    assert read_dataset(inside).n_rows == 4


def test_texts_floats_and_weights(tmp_path) -> None:
    texts = tmp_path / "texts.h5"
    with h5py.File(texts, "w") as file:
        file.create_dataset("X", data=["0012", "1234"], dtype=h5py.string_dtype())
    assert read_dataset(texts).rows.tolist() == [[0, 0, 1, 2], [1, 2, 3, 4]]
    floats = write_hdf5(tmp_path / "floats.h5", X=np.array([[1.0, 5.0], [2.0, 7.0]]))
    data = read_dataset(floats, weight_column=1)
    assert (data.names, data.weights.tolist()) == (("x1",), [5.0, 7.0])
    with pytest.raises(FileFormatError, match="Row 2, column x1 is nan"):
        read_dataset(write_hdf5(tmp_path / "nan.h5", X=np.array([[1.0], [np.nan]])))
    with pytest.raises(FileFormatError, match="3 axes"):
        read_dataset(write_hdf5(tmp_path / "cube.h5", X=np.zeros((2, 2, 2))))


def test_an_announced_shape_is_refused_before_it_is_read(tmp_path) -> None:
    path = tmp_path / "huge.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("X", shape=(10**11, 4), chunks=(1000, 4), dtype="i4")  # nothing is stored
    assert path.stat().st_size < 10_000
    with pytest.raises(FileFormatError, match=r"100,000,000,000 rows; at most 1,000,000"):
        read_dataset(path)
    with pytest.raises(FileFormatError, match="takes 1,600 GB; at most 200 MB"):
        read_dataset(path, max_rows=10**12)


def test_data_in_other_files_are_refused(tmp_path) -> None:
    (tmp_path / "raw.bin").write_bytes(bytes(range(16)))
    path = tmp_path / "outside.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("X", (4, 4), dtype="i1", external=[(str(tmp_path / "raw.bin"), 0, 16)])
    with pytest.raises(FileFormatError, match="kept in other files"):
        read_dataset(path)


def test_damaged_files(tmp_path) -> None:
    whole = write_jld(tmp_path / "a.jld", X=PINS).read_bytes()
    cut = tmp_path / "cut.jld"
    for length in range(1, len(whole), 101):
        cut.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"damaged or cut short|not an HDF5 or JLD file"):
            read_dataset(cut)
    for content in (b"1234\n" * 50, bytes(4000)):
        cut.write_bytes(content)
        with pytest.raises(FileFormatError, match="not an HDF5 or JLD file"):
            read_dataset(cut)
    dice = random.Random(540)
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.choice([0, 255, dice.randrange(256)])
        cut.write_bytes(content)
        try:
            read_dataset(cut)
        except CliqueError as error:
            assert str(error)  # noqa: PT017 - the damage may also be in a part that nobody reads


def test_the_course_file(shared) -> None:
    import json

    folder = shared / "data" / "pins"
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    data = read_dataset(folder / "PINS.jld")
    assert data.names == ("x1", "x2", "x3", "x4")
    assert (data.n_rows, len(data.distinct()[0])) == (answers["rows"], answers["distinct"])
    assert data.show_row(data.commonest_row()) == "1234"
    assert data.nll_saturated() == pytest.approx(answers["mle"]["saturated"]["nll"], abs=1e-8)
    start = {"x1": 1, "x2": 2, "x3": 3}
    known = answers["data"]
    assert data.share({"x1": 1}) == pytest.approx(known["p_x1_is_1"], abs=1e-12)
    assert data.share({"x4": 4}) == pytest.approx(known["p_x4_is_4"], abs=1e-12)
    assert data.share({**start, "x4": 4}) == pytest.approx(known["p_1234"], abs=1e-12)
    assert round(data.share(start) * data.n_rows) == answers["rows_starting_123"]
