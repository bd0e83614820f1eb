import os
from pathlib import PurePosixPath

from hypothesis import given, settings
from hypothesis import strategies as st

from qdit4sr_core.file_names import (
    MAX_BYTES,
    file_stem,
    offered_name,
    readable,
    telling_labels,
    unique_stems,
)

names = st.text(st.characters(codec=None), max_size=300).filter(lambda text: "\x00" not in text)


def _encodable(text: str) -> bool:
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


file_names = names.filter(_encodable)


@settings(deadline=None, max_examples=60)
@given(file_names)
def test_a_stem_is_one_short_legal_name(name: str) -> None:
    stem = file_stem(name)
    assert 0 < len(os.fsencode(stem)) <= MAX_BYTES - 60
    assert all(c.isalnum() or c in "-_." for c in stem)
    assert stem.strip(".") == stem
    assert file_stem(name) == stem


@settings(deadline=None, max_examples=60)
@given(st.lists(file_names, unique=True, max_size=8))
def test_different_names_never_share_a_stem(many: list[str]) -> None:
    stems = unique_stems(many)
    assert len({stem.casefold() for stem in stems}) == len(many)


def test_plain_names_stay_as_they_are() -> None:
    assert [file_stem(n) for n in ("bark", "rtn-w4a4", "Été_2")] == ["bark", "rtn-w4a4", "Été_2"]
    assert file_stem("photo 1").startswith("photo_1-")
    assert file_stem("con") != "con"
    assert file_stem(":.0").startswith("0-")
    assert unique_stems(["a", "A", "a"]) == ["a", "A-2", "a-3"]


@settings(deadline=None, max_examples=60)
@given(names, names)
def test_an_offered_name_holds_no_path_and_fits(one: str, other: str) -> None:
    name = offered_name(one, other, suffix=".png")
    assert name.endswith(".png")
    assert not set(name) & set('/\\:*?"<>|\n\r\t')
    assert 4 < len(os.fsencode(name)) <= MAX_BYTES


def test_labels_tell_folders_of_the_same_name_apart() -> None:
    paths = [PurePosixPath(p) for p in ("/x/a/res", "/x/b/res", "/x/other", "res")]
    assert telling_labels(paths) == ["a/res", "b/res", "other", "res"]


@settings(deadline=None, max_examples=60)
@given(names)
def test_a_readable_name_is_one_line_of_valid_text(name: str) -> None:
    text = readable(name)
    assert text.isprintable()
    assert len(text.encode("utf-8").decode().splitlines()) <= 1


def test_a_readable_name_shows_stray_bytes() -> None:
    assert readable("caf\udce9 1") == r"caf\xe9 1"
    assert readable("a\nb\u2028c") == r"a\nb\u2028c"
