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


def test_missing_things_are_named(tmp_path: Path) -> None:
    lr = _touch(tmp_path / "lr", "a.png", "b.png")
    hr = _touch(tmp_path / "hr", "a.png")
    with pytest.raises(ImageError, match=r"no ground truth for b\.png"):
        find_images(lr, hr)
    with pytest.raises(ImageError, match="does not exist"):
        find_images(tmp_path / "nowhere")
    with pytest.raises(ImageError, match="no photo"):
        find_images(_touch(tmp_path / "empty"))
    with pytest.raises(ImageError, match="two photos named 'a'"):
        find_images(_touch(tmp_path / "twice", "a.png", "a.jpg"))


def test_seeds_depend_on_name_and_seed_alone() -> None:
    assert image_seed(0, "cat") == image_seed(0, "cat")
    assert len({image_seed(s, n) for s in (0, 1) for n in ("cat", "dog")}) == 4
    assert 0 <= image_seed(5, "cat") < 2**31
