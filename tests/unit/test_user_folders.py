"""Folders as people write them."""

from pathlib import Path

import pytest

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.models import load_model
from qdit4sr_core.user_folders import expanded


def test_the_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert expanded("~/models") == tmp_path / "models"
    assert expanded(Path("a/~")) == Path("a/~")


def test_the_home_of_somebody_unknown_is_a_folder_that_is_not_there() -> None:
    assert expanded("~nobody-of-this-name") == Path("~nobody-of-this-name")
    with pytest.raises(QDiT4SRError, match="nobody-of-this-name"):
        load_model("~nobody-of-this-name")
