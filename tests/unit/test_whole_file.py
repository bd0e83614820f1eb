import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.whole_file import check_writable, is_same_file, refuse_overwriting, whole_file, write_text

unix = pytest.mark.skipif(os.name != "posix", reason="modes and links of Unix")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@unix
def test_a_new_file_gets_the_mode_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_text(tmp_path / "private", "x")
        os.umask(0o022)
        write_text(tmp_path / "public", "x")
        (tmp_path / "public").chmod(0o660)
        write_text(tmp_path / "public", "y")
    finally:
        os.umask(before)
    assert _mode(tmp_path / "private") == 0o600
    assert _mode(tmp_path / "public") == 0o660


@unix
def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real").write_text("old")
    (tmp_path / "link").symlink_to("there/real")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "real").read_text() == "new"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["real"]


@unix
def test_a_read_only_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "kept"
    target.write_text("old")
    target.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != target)  # root may write everything
    with pytest.raises(OutputError, match="read-only"):
        write_text(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@unix
@pytest.mark.parametrize("place", ["/dev/full", "/dev/null"])
def test_a_device_is_neither_replaced_nor_written(place: str) -> None:
    with pytest.raises(OutputError, match="device"):
        write_text(Path(place), "x")
    assert stat.S_ISCHR(os.stat(place).st_mode)


def test_the_longest_legal_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".png")
    check_writable(path)
    write_text(path, "x")
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
    for name in ("n" * 256, "é" * 130):
        with pytest.raises(OutputError, match="File name too long"):
            check_writable(tmp_path / name)


def test_what_goes_wrong_inside_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "old")
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "a") as stream:
        stream.write(bytes(4 // 0))
    assert (tmp_path / "a").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_names_that_are_no_text_can_be_written(tmp_path: Path) -> None:
    assert write_text(tmp_path / "a", "caf\udce9").read_bytes() == b"caf\\udce9"


def test_an_output_that_is_an_input_is_refused(tmp_path: Path) -> None:
    photo = write_text(tmp_path / "photo.png", "x")
    (tmp_path / "same.png").hardlink_to(photo)
    refuse_overwriting([tmp_path / "other.png"], [photo, None, tmp_path / "absent"])
    for output in (photo, tmp_path / "same.png", tmp_path / "." / "photo.png"):
        with pytest.raises(OutputError, match=r"photo\.png, which is read"):
            refuse_overwriting([output], [photo])


KILLED = """
import sys
from pathlib import Path
from qdit4sr_core.whole_file import whole_file
with whole_file(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    print("writing", flush=True)
    sys.stdin.read()
"""


@unix
def test_what_a_killed_writer_left_goes_at_the_next_write_and_a_living_writer_is_left_alone(
    tmp_path: Path,
) -> None:
    pipe = subprocess.PIPE
    arguments = [sys.executable, "-c", KILLED, str(tmp_path / "slow")]
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe) as killed:
        assert killed.stdout is not None
        killed.stdout.readline()
        write_text(tmp_path / "other", "x")
        assert len(list(tmp_path.glob(".*.part"))) == 1
        killed.kill()
    assert len(list(tmp_path.glob(".*.part"))) == 1
    write_text(tmp_path / "other", "y")
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


@unix
def test_without_locks_the_age_of_a_temporary_file_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def unknown(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", unknown)
    for name, days in (("a" * 12, 0.5), ("b" * 12, 1.5), ("c" * 12, -400)):  # the clock was set back
        part = tmp_path / f".{name}.part"
        part.write_bytes(b"half")
        os.utime(part, (0, time.time() - days * 86400))
    (tmp_path / ".mine.part").write_bytes(b"not ours")
    os.utime(tmp_path / ".mine.part", (0, 0))
    write_text(tmp_path / "other", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".aaaaaaaaaaaa.part", ".mine.part", "other"]


@unix
def test_a_file_is_the_same_by_any_spelling(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("there", "gone"):
        spellings = (tmp_path / "link" / name, tmp_path / ".." / tmp_path.name / name)
        (tmp_path / "there").touch()
        assert all(is_same_file(tmp_path / name, other) for other in spellings)
    assert not is_same_file(tmp_path / "there", tmp_path / "gone")
    assert not is_same_file(tmp_path / "gone", tmp_path / "there")
