from pathlib import Path

import pytest

from qdit4sr_core.errors import ImageError
from qdit4sr_core.evaluate import find_images, image_seed


def _touch(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(b"")
    return folder


def test_photos_are_paired_by_name_whatever_their_role_is_called(tmp_path: Path) -> None:
    lr = _touch(tmp_path / "lr", "b_LR4.png", "a.jpg", "Canon_003x4.png", "notes.txt", ".hidden.png")
    hr = _touch(tmp_path / "hr", "a.png", "b_HR.png", "canon_003.png", "c.png")
    found = find_images(lr, hr)
    assert [(i.name, i.lr.name, i.hr.name if i.hr else None) for i in found] == [
        ("Canon_003x4", "Canon_003x4.png", "canon_003.png"),
        ("a", "a.jpg", "a.png"),
        ("b_LR4", "b_LR4.png", "b_HR.png"),
    ]
    assert [i.hr for i in find_images(lr)] == [None, None, None]


def test_a_photo_without_its_ground_truth_carries_the_reason(tmp_path: Path) -> None:
    lr = _touch(tmp_path / "lr", "a.png", "b.png", "c.png")
    hr = _touch(tmp_path / "hr", "a.png", "c_GT.png", "c_HR.png")
    a, b, c = find_images(lr, hr)
    assert a.hr == hr / "a.png"
    assert "no ground truth for b.png" in b.problem
    assert "c_GT.png, c_HR.png" in c.problem
    (hr / "a.png").unlink()
    with pytest.raises(ImageError, match=r"no ground truth for a\.png .*2 more"):
        find_images(lr, hr)


def test_missing_things_are_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="does not exist"):
        find_images(tmp_path / "nowhere")
    with pytest.raises(ImageError, match="no photo"):
        find_images(_touch(tmp_path / "empty"))


def test_photos_that_differ_in_their_ending_keep_different_names(tmp_path: Path) -> None:
    found = find_images(_touch(tmp_path / "twice", "a.png", "a.jpg", "b.png"))
    assert [image.name for image in found] == ["a.jpg", "a.png", "b"]


def test_seeds_depend_on_name_and_seed_alone() -> None:
    assert image_seed(0, "cat") == image_seed(0, "cat")
    assert len({image_seed(s, n) for s in (0, 1) for n in ("cat", "dog")}) == 4
    assert 0 <= image_seed(5, "cat") < 2**31
