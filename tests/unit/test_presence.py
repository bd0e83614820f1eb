"""Nothing that the system says when one looks is an error."""

import os
from pathlib import Path

import pytest

from qdit4sr_core.presence import file_is_there, folder_is_there


@pytest.mark.parametrize("name", ["n" * 300, "a\x00b", "absent", "loop"])
def test_what_cannot_be_looked_at_is_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert not file_is_there(tmp_path / name)
    assert not folder_is_there(tmp_path / name)


def test_a_folder_that_may_not_be_entered_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    file = tmp_path / "closed" / "file"
    file.touch()
    assert file_is_there(file)
    (tmp_path / "closed").chmod(0)
    try:
        if os.access(file.parent, os.X_OK):
            pytest.skip("this user may enter every folder")
        assert not file_is_there(file)
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert file_is_there(tmp_path / "file")
    assert not folder_is_there(tmp_path / "file")
    assert folder_is_there(tmp_path)
    assert not file_is_there(tmp_path)
