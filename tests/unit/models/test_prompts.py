from pathlib import Path

import pytest

from qdit4sr_core.errors import ImageError
from qdit4sr_core.models.prompts import (
    ADDED_PROMPT,
    caption_file,
    caption_for,
    full_prompt,
    without_focus_sentences,
)


def test_sentences_about_the_camera_are_dropped():
    caption = "A cat sits. The FOCUS is soft! Is it dense? It is red"
    assert without_focus_sentences(caption) == "A cat sits. It is red"
    assert without_focus_sentences("Blurred.") == ""
    assert full_prompt("A cat. In focus.") == f"A cat. {ADDED_PROMPT}"
    assert full_prompt("") == f" {ADDED_PROMPT}"


def test_captions_are_paired_by_name(tmp_path: Path):
    image = tmp_path / "b.png"
    (tmp_path / "a.txt").write_text("not this one")
    assert caption_for(image) == ""
    (tmp_path / "captions").mkdir()
    (tmp_path / "captions" / "b.txt").write_text("a  red\ncat\n")
    assert caption_for(image) == "a red cat"
    (tmp_path / "b.txt").write_text("\ufeffbeside", encoding="utf-8")
    assert caption_for(image) == "beside"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert caption_for(image, elsewhere) == ""
    (elsewhere / "b.png.txt").write_text("named")
    assert caption_file(image, elsewhere) == elsewhere / "b.png.txt"
    assert caption_for(None) == ""


@pytest.mark.parametrize("length", [251, 252, 255])
def test_a_photo_with_the_longest_of_names_needs_no_caption(length: int, tmp_path: Path):
    photo = tmp_path / ("n" * (length - 4) + ".png")
    photo.touch()
    assert caption_for(photo) == ""


def test_unusable_captions(tmp_path: Path):
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(ImageError, match=r"x\.txt could not be read as a caption"):
        caption_for(tmp_path / "x.png")
    (tmp_path / "x.txt").write_bytes(b"a" * 70_000)
    with pytest.raises(ImageError, match="too long for a caption"):
        caption_for(tmp_path / "x.png")
