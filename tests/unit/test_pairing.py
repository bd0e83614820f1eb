import os
from pathlib import Path

import pytest
from PIL import Image

from qdit4sr_core.errors import ImageError
from qdit4sr_core.images import load_image
from qdit4sr_core.pairing import SUFFIXES, PhotosByName, is_photo, list_photos, photos_in


def _find(name: str, *files: str) -> str | None:
    found = PhotosByName(Path(file) for file in files).find(name)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("name", "files", "partner"),
    [
        ("a", ("a.png", "b.png"), "a.png"),
        ("Photo", ("photo.jpg",), "photo.jpg"),
        ("b_LR4", ("b_HR.png",), "b_HR.png"),
        ("scan-lr2", ("scan-hr2.png",), "scan-hr2.png"),
        ("0801x4", ("0801.png",), "0801.png"),
        ("Canon_001_LR4", ("Canon_001_HR.png", "Canon_002_HR.png"), "Canon_001_HR.png"),
        ("a", ("a.png", "a_HR.png"), "a.png"),
        ("photo_x4_LR", ("photo_HR.png",), "photo_HR.png"),
        ("box2", ("box1_HR.png",), None),
        ("box2", ("box1_HR.png", "box2_HR.png"), "box2_HR.png"),
        ("scan-lr2", ("scan-hr1.png",), None),
        ("hr", ("lr.png",), None),
        ("colr", ("cohr.png",), None),
        ("max4", ("ma.png",), None),
        ("_HR", ("_LR.png",), None),
    ],
)
def test_names_agree_but_for_roles_after_a_separator(
    name: str, files: tuple[str, ...], partner: str | None
) -> None:
    assert _find(name, *files) == partner


@pytest.mark.parametrize(
    ("name", "files"),
    [("a", ("a.jpg", "a.png")), ("a", ("a_GT.png", "a_HR.png")), ("Ä", ("ä.png", "ä.tif"))],
)
def test_two_candidates_are_an_error_that_names_both(name: str, files: tuple[str, ...]) -> None:
    with pytest.raises(ImageError, match=", ".join(files).replace(".", r"\.")):
        _find(name, *files)


def test_hidden_files_are_no_photos(tmp_path: Path) -> None:
    for name in ("a.png", "._a.png", ".b.png", "notes.txt", "c.AVIF", "d.jp2", "e.gif"):
        (tmp_path / name).touch()
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "x.png").touch()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "y.png").touch()
    assert [path.name for path in list_photos(tmp_path)] == ["a.png", "c.AVIF", "d.jp2", "e.gif"]
    assert [path.name for path in list_photos(tmp_path, nested=True)][-1] == "y.png"
    assert not is_photo(Path("._a.png"))


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of Unix")
def test_pipes_and_devices_are_no_photos_but_what_is_broken_is_listed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "gone.png").symlink_to("nowhere.png")
    (tmp_path / "folder.png").mkdir()
    listed = [tmp_path / name for name in ("folder.png", "gone.png", "loop.png")]
    assert list_photos(tmp_path) == list_photos(tmp_path, nested=True) == listed


def test_every_listed_ending_can_be_read_where_pillow_can_write_it(tmp_path: Path) -> None:
    Image.init()
    pixels = Image.new("RGB", (16, 16), (10, 200, 30))
    for suffix in SUFFIXES:
        kind = Image.EXTENSION.get(suffix)
        assert kind is not None, suffix
        if kind not in Image.SAVE:
            continue
        picture = pixels.convert("1") if suffix == ".pbm" else pixels
        picture.save(tmp_path / f"a{suffix}")
        assert load_image(tmp_path / f"a{suffix}").size == (16, 16), suffix


def test_a_folder_that_cannot_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageError, match="File name too long"):
        photos_in(tmp_path / ("n" * 300))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ImageError, match="loop"):
        photos_in(tmp_path / "loop")

    def refuse(self: Path) -> None:
        raise PermissionError(13, os.strerror(13), str(self))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(ImageError, match="could not be read: Permission denied"):
        list_photos(tmp_path)
