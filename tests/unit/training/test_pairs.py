"""Cutting pairs from a folder, and drawing windows of them."""

import errno
import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qdit4sr_core.errors import Cancelled, ImageError, OutputError, SettingsError
from qdit4sr_core.training import pairs as cutting
from qdit4sr_core.training.letters import letters_crop
from qdit4sr_core.training.pairs import (
    Pairs,
    PairSettings,
    draw_windows,
    has_pairs,
    make_pairs,
    open_pairs,
    save_held_out,
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(2):
        pixels = np.random.default_rng(seed).integers(0, 256, (90, 110, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{seed}.png")
    Image.fromarray(pixels[:20, :20]).save(folder / "too-small.png")
    return folder


def test_photos_are_read_whatever_they_are_called_and_damaged_ones_left_out(
    photos: Path, tmp_path: Path
) -> None:
    settings = PairSettings(crops=6, size=64)
    usual = make_pairs(photos, tmp_path / "usual", settings, workers=1)
    (photos / "1.png").rename(os.fsdecode(os.fsencode(photos) + b"/1\xe9.png"))
    odd = make_pairs(photos, tmp_path / "odd", settings, workers=1)
    assert np.array_equal(odd.hr, usual.hr)
    (photos / "0.png").write_bytes((photos / "0.png").read_bytes()[:2000])
    make_pairs(photos, tmp_path / "damaged", settings, workers=1)
    record = json.loads((tmp_path / "damaged" / "pairs.json").read_text())
    assert record["unused_photos"] == ["0.png", "too-small.png"]


def test_pairs_are_cut_once_and_opened_again(photos: Path, tmp_path: Path) -> None:
    settings = PairSettings(crops=6, size=64)
    made = make_pairs(photos, tmp_path / "pairs", settings, workers=1)
    assert made.hr.shape == (4, 64, 64, 3)  # two crops a photo, none of the one that is too small
    assert made.lr.shape == (4, 16, 16, 3)
    record = json.loads((tmp_path / "pairs" / "pairs.json").read_text())
    assert record["unused_photos"] == ["too-small.png"]
    assert made.held_out == 0  # too few photos to spare one
    again = make_pairs(photos, tmp_path / "again", settings, workers=1)
    assert np.array_equal(made.hr, again.hr)
    assert np.array_equal(made.lr, open_pairs(tmp_path / "again").lr)


def test_a_process_that_dies_is_told_in_a_sentence(photos: Path, tmp_path: Path) -> None:
    def kill(done: int, total: int, what: object) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(SettingsError, match="cuts crops ended unexpectedly"):
        make_pairs(photos, tmp_path / "pairs", PairSettings(crops=20_000, size=64), workers=1, progress=kill)
    assert not has_pairs(tmp_path / "pairs")


def test_cutting_that_is_stopped_keeps_nothing_and_leaves_no_process(photos: Path, tmp_path: Path) -> None:
    told: list[int] = []
    with pytest.raises(Cancelled):
        make_pairs(
            photos,
            tmp_path / "pairs",
            PairSettings(crops=6, size=64),
            workers=1,
            progress=lambda done, total, what: told.append(done),
            cancelled=lambda: len(told) > 0,
        )
    assert told
    assert not has_pairs(tmp_path / "pairs")
    assert not multiprocessing.active_children()


def test_a_worker_whose_crops_are_not_wanted_any_more_cuts_none(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = PairSettings(size=64)
    assert len(cutting._cut(photos / "0.png", 2, 0, settings)) == 2
    monkeypatch.setattr(cutting, "_wanted", threading.Event())
    assert cutting._cut(photos / "0.png", 2, 0, settings) == []


@pytest.fixture
def made(photos: Path, tmp_path: Path) -> Path:
    make_pairs(photos, tmp_path / "pairs", PairSettings(crops=6, size=64), workers=1)
    return tmp_path / "pairs"


def test_pairs_that_were_not_made_to_the_end_are_made_again(
    photos: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert has_pairs(made)
    (made / "pairs.json").unlink()
    assert not has_pairs(made)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("qdit4sr_core.training.pairs.np.save", full)
        with pytest.raises(OutputError, match=r"The training pairs .*No space left"):
            make_pairs(photos, made, PairSettings(crops=6, size=64), workers=1)
    assert sorted(path.name for path in made.iterdir()) == ["hr.npy", "lr.npy"]  # no part is left


@pytest.mark.parametrize(
    "record", ["[]", "null", '{"held_out": null}', '{"held_out": -5}', '{"held_out": 4}',
               '{"held_out": true}', '{"held_out": 1e400}', "[" * 5000, ""]
)  # fmt: skip
def test_a_damaged_record_of_pairs_is_refused(record: str, made: Path) -> None:
    (made / "pairs.json").write_text(record)
    with pytest.raises(ImageError, match="pairs"):
        open_pairs(made)


@pytest.mark.parametrize("name", ["hr.npy", "lr.npy"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a[:-1], lambda a: a[0], lambda a: a[:, 1:], lambda a: a[..., :1], lambda a: a[:, :0, :0],
        lambda a: a.astype(np.float32), lambda a: a[..., None],
    ],
)  # fmt: skip
def test_damaged_pairs_are_refused(name: str, spoil: Callable[[np.ndarray], np.ndarray], made: Path) -> None:
    np.save(made / name, spoil(np.load(made / name)))
    with pytest.raises(ImageError, match=r"hr\.npy and lr\.npy do not fit"):
        open_pairs(made)
    (made / name).write_bytes(b"")
    with pytest.raises(ImageError, match="are damaged"):
        open_pairs(made)


def test_photos_are_held_out_whole(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for grey in range(20):
        Image.new("L", (64, 64), 10 * grey).save(folder / f"{grey:02}.png")
    made = make_pairs(folder, tmp_path / "pairs", PairSettings(crops=60, size=64), workers=1)
    shades = made.hr[:, 0, 0, 0]
    assert made.held_out == 6  # two of twenty photos, three crops each
    assert not set(shades[: made.held_out]) & set(shades[made.held_out :])


def test_held_out_pairs_are_written_to_evaluate_a_model_on(tmp_path: Path) -> None:
    hr = np.random.default_rng(0).integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    pairs = Pairs(hr, hr[:, ::4, ::4].copy(), held_out=3)
    assert save_held_out(pairs, tmp_path / "new", count=2) == 2
    assert save_held_out(pairs, tmp_path / "new") == 3  # never one that is trained on
    for name, whole in (("HR", pairs.hr), ("LR", pairs.lr)):
        written = sorted((tmp_path / "new" / name).iterdir())
        assert [path.name for path in written] == ["000.png", "001.png", "002.png"]
        for path, pixels in zip(written, whole, strict=False):
            assert np.array_equal(np.asarray(Image.open(path)), pixels)
    assert save_held_out(Pairs(pairs.hr, pairs.lr, held_out=0), tmp_path / "none") == 0
    assert save_held_out(pairs, tmp_path / "new", count=1) == 1  # those of before would be evaluated too
    assert len(list((tmp_path / "new").rglob("*.png"))) == 2
    assert not (tmp_path / "none").exists()


def test_crops_of_print_join_and_are_never_held_out(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for grey in range(20):
        Image.new("L", (64, 64), 10 * grey).save(folder / f"{grey:02}.png")
    settings = PairSettings(crops=20, size=64, letters_share=0.25)
    made = make_pairs(folder, tmp_path / "pairs", settings, workers=1)
    flat = np.ptp(made.hr.reshape(len(made), -1, 3), axis=1).max(axis=1) == 0
    assert len(made) == 25
    assert made.held_out == 2
    assert flat[: made.held_out].all()
    assert (~flat).sum() == 5


@pytest.mark.parametrize("seed", range(8))
def test_a_crop_of_print_has_ink_that_stands_out_and_repeats(seed: int) -> None:
    crop, again = (letters_crop(np.random.default_rng(seed), 96) for _ in range(2))
    assert crop.shape == (96, 96, 3)
    assert np.array_equal(crop, again)
    low, high = np.percentile(crop.mean(axis=2), [1, 99])
    assert high - low > 40


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="holds no photo"):
        make_pairs(tmp_path, tmp_path / "pairs", PairSettings())
    with pytest.raises(ImageError, match="no training pairs"):
        open_pairs(tmp_path)


def test_windows_of_hr_and_lr_show_the_same_place() -> None:
    hr = np.zeros((20, 64, 64, 3), np.uint8)
    hr[:] = (np.arange(20) * 10)[:, None, None, None]
    hr[..., 0] += np.arange(64, dtype=np.uint8) // 4  # a column number that LR keeps
    pairs = Pairs(hr, hr[:, ::4, ::4], held_out=2)
    big, small = draw_windows(pairs, np.random.default_rng(0), 30, 32)
    assert np.array_equal(big[:, ::4, ::4], small)
    assert big[..., 1].min() >= 20  # the first tenth is held out
    held, _ = draw_windows(pairs, np.random.default_rng(0), 30, 32, held_out=True)
    assert held[..., 1].max() == 10
