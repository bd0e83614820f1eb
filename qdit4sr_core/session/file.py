"""The `.qdit4sr` file: a zip of `session.json` and the PNGs it names, nothing executable."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from ..errors import QDiT4SRError, SessionError, unreadable
from ..presence import flows
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..strict_json import read_json
from ..version import PROGRAM
from ..whole_file import whole_file
from .document import EmbeddedImage, Session
from .reading import Misfit, session_from_json
from .writing import images_of, session_to_json

FORMAT, VERSION = "qdit4sr session", 1
_DOCUMENT = "session.json"
_LARGEST_DOCUMENT = 64 << 20
_LARGEST_PICTURE = 1 << 30
_DATE = (1980, 1, 1, 0, 0, 0)


def save_session(
    session: Session,
    path: str | Path,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Path:
    """Write `session` to `path`; an older file stays until the new one is whole.

    Equal sessions give equal bytes. Raises `OutputError`, or `SessionError` for values that are not JSON.
    """
    target = Path(path)
    header = {"format": FORMAT, "version": VERSION}
    try:
        document = json.dumps(
            header | session_to_json(session, target.parent), ensure_ascii=False, indent=1, allow_nan=False
        )
    except (TypeError, ValueError) as error:
        raise SessionError(f"The session holds a setting that cannot be saved: {error}.") from error
    images = images_of(session)
    with whole_file(target, "the session") as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            _entry(_DOCUMENT, zipfile.ZIP_DEFLATED), document.encode("utf-8", "backslashreplace")
        )
        for done, (digest, image) in enumerate(sorted(images.items())):
            stop_if(cancelled)
            progress(done, len(images), Activity(Phase.SAVING))
            archive.writestr(_entry(_picture(digest), zipfile.ZIP_STORED), image.png)
    progress(len(images), len(images), Activity(Phase.SAVING))
    return target


def load_session(path: str | Path) -> Session:
    """Read a session, checking every picture against its hash.

    Raises `SessionError` with one sentence when the file is absent, not a session, damaged, or written by
    a newer program.
    """
    source = Path(path)
    try:
        if flows(source):
            raise SessionError(f"{source} is no file, so it is not a session.")
        with zipfile.ZipFile(source) as archive:
            document = _document(archive, source)
            images = {}
            if sum(info.compress_size for info in archive.infolist()) > source.stat().st_size:
                raise _damaged(source, "its entries overlap")
            for info in archive.infolist():
                if info.filename != _DOCUMENT:
                    digest = Path(info.filename).stem
                    images[digest] = _read_picture(archive, info, digest, source)
        return session_from_json(document, images, source.parent)
    except FileNotFoundError as error:
        raise SessionError(f"There is no session {source}.") from error
    except OSError as error:
        raise SessionError(unreadable(f"The session {source}", error)) from error
    except zipfile.BadZipFile as error:
        raise SessionError(f"{source} is not a session file, or it is damaged.") from error
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(source, str(error)) from error
    except Misfit as error:
        raise _damaged(source, f"{error} is missing or wrong") from error
    except SessionError:
        raise
    except QDiT4SRError as error:  # an impossible region or figure option
        raise _damaged(source, str(error).rstrip(".")) from error


def _document(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        info = archive.getinfo(_DOCUMENT)
    except KeyError as error:
        raise SessionError(f"{source} is a zip file but not a session: it has no {_DOCUMENT}.") from error
    if info.file_size > _LARGEST_DOCUMENT:
        raise _damaged(source, f"{_DOCUMENT} is too large")
    try:
        document = read_json(archive.read(info))
    except ValueError as error:
        raise _damaged(source, f"{_DOCUMENT} is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SessionError(f"{source} is not a session of this program.")
    version = document.get("version")
    if not isinstance(version, int) or version < 1:
        raise _damaged(source, "its version is missing")
    if version > VERSION:
        raise SessionError(
            f"{source} was written by a newer program (session version {version}, this one reads up to "
            f"{VERSION}); update {PROGRAM} to open it."
        )
    return document


def _read_picture(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, digest: str, source: Path
) -> EmbeddedImage:
    stored = info.compress_type == zipfile.ZIP_STORED and info.file_size <= _LARGEST_PICTURE
    if info.filename != _picture(digest) or not stored:  # nothing that grows when it is unpacked
        raise _damaged(source, f"it has an unexpected entry {info.filename!r}")
    data = archive.read(info)
    if hashlib.sha256(data).hexdigest() != digest:
        raise _damaged(source, f"the picture {digest[:12]} was altered")
    return EmbeddedImage(data)


def _damaged(source: Path, what: str) -> SessionError:
    return SessionError(f"The session {source} is damaged: {what}.")


def _picture(digest: str) -> str:
    return f"images/{digest}.png"


def _entry(name: str, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    return info
