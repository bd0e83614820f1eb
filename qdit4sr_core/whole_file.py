"""Writing a file so that a reader finds the old one or the whole new one, never a part."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import OutputError, unwritable
from .part_file import new_part


@contextmanager
def whole_file(path: Path, what: str = "", *, folders: bool = False) -> Iterator[BinaryIO]:
    """A stream to a temporary file beside `path`, which takes its place when all went well.

    A link is written through: the file it points to is replaced, the link stays. A new file gets the mode
    that the user's umask says, an old one keeps its own, and one that may not be written is refused. With
    `folders` missing folders are made. What killed writers have left in the folder is cleaned. Raises
    `OutputError`, with `what` ("the figure") before the path, when the disk is full or may not be written;
    whatever else goes wrong inside passes through and leaves the old file.
    """
    part, held = "", -1
    try:
        target = Path(os.path.realpath(path))
        if folders:
            target.parent.mkdir(parents=True, exist_ok=True)
        mode = _old_mode(target)
        part, handle = new_part(target.parent)
        held = os.dup(handle) if os.name == "posix" else -1  # locked until it has its name
        with os.fdopen(handle, "wb") as stream:
            yield stream
        if mode is not None:
            os.chmod(part, mode)
        os.replace(part, target)
    except OSError as error:
        name = f"{what[:1].upper()}{what[1:]} {path}".strip()
        raise OutputError(unwritable(name, error)) from error
    finally:
        if part:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
        if held >= 0:
            os.close(held)


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole, making missing folders. Raises `OutputError`.

    Bytes of file names that are no UTF-8 are written as `\\udcXX`, which JSON reads back as the same name.
    """
    with whole_file(path, folders=True) as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))
    return path


def check_writable(path: Path) -> None:
    """Raise `OutputError` if `path` cannot become a file, before any work is done for it."""
    try:
        if path.is_dir():
            raise OutputError(f"{path} is a folder; give the name of a file.")
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            raise OutputError(f"The folder {path.parent} does not exist; make it first.")
        _old_mode(target)
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise OutputError(f"{path} cannot be written: its folder is read-only.")
        _try_name(target)
    except OSError as error:
        raise OutputError(unwritable(path, error)) from error


def refuse_overwriting(outputs: Iterable[Path], inputs: Iterable[Path | None]) -> None:
    """Raise `OutputError` if one of the files to be written is one of those that are read."""
    read = {found: path for path in inputs if path is not None and (found := _identity(path)) is not None}
    for output in outputs:
        found = _identity(output)
        if found in read:
            raise OutputError(
                f"The result {output} would replace {read[found]}, which is read; choose another place."
            )


def is_same_file(path: Path, other: Path) -> bool:
    """Do both name one file, by whatever links and spellings?"""
    found = _identity(path)
    return found == _identity(other) if found else os.path.realpath(path) == os.path.realpath(other)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def _old_mode(target: Path) -> int | None:
    """The mode of the file that is there, None where there is none. Raises OSError if it must stay."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        target.stat()  # a link that realpath could not resolve: says why
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(21, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(None, "it is a device or a pipe, not a file")
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "the file that is there is read-only")
    return stat.S_IMODE(status.st_mode)


def _try_name(target: Path) -> None:
    """Raises OSError if the file system does not take the name."""
    os.stat(target.parent)
    with contextlib.suppress(FileNotFoundError):
        os.lstat(target)
