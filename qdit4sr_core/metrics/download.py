"""Fetch the weight files of a metric, only when the user has said so.

A file is written beside its place as `NAME.part`; an interrupted download goes on where it stopped. It gets
its name only after its SHA-256 agrees with the known one, or with the one the server states.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from pathlib import Path
from typing import IO, Any

from ..errors import MetricUnavailableError
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from .registry import find_metric
from .weights import WeightFile, sha256_of

_CHUNK = 1 << 18
_TIMEOUT = 30


def download(
    name: str, *, progress: Progress = ignore_progress, cancelled: CancelCheck = never_cancelled
) -> list[Path]:
    """Fetch what the metric `name` still lacks; returns the files it uses, old and new.

    `progress` counts bytes of the file named in `what`. Raises `MetricUnavailableError` with the address and
    what to do (proxy, firewall, place for a file fetched by hand), `Cancelled`.
    """
    paths = []
    for weight in find_metric(name).weights:
        found = weight.find()
        paths.append(found or fetch(weight, progress=progress, cancelled=cancelled))
    return paths


def fetch(
    weight: WeightFile, *, progress: Progress = ignore_progress, cancelled: CancelCheck = never_cancelled
) -> Path:
    """Fetch one file into its folder and return its path. Errors as for `download`."""
    if weight.folder == "timm":
        return _fetch_with_hub(weight, progress)
    target = weight.path
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stated = _transfer(weight.url, part, progress, cancelled)
        _verify(weight, part, stated)
        part.replace(target)
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise MetricUnavailableError(_explain(weight, error)) from error
    return target


class _RememberChecksum(urllib.request.HTTPRedirectHandler):
    """Follows redirects and keeps the SHA-256 that Hugging Face states on the way."""

    def __init__(self) -> None:
        self.sha256 = ""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        self.sha256 = self.sha256 or stated_sha256(headers)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def stated_sha256(headers: Mapping[str, Any] | Message) -> str:
    """The SHA-256 that a server states in `X-Linked-ETag`, or an empty string."""
    value = str(headers.get("X-Linked-ETag", "") or "").strip().removeprefix("W/").strip('"').lower()
    return value if len(value) == 64 and set(value) <= set("0123456789abcdef") else ""


def _transfer(url: str, part: Path, progress: Progress, cancelled: CancelCheck) -> str:
    """Bring `part` up to its full length; returns the SHA-256 that the server stated, if any."""
    stop_if(cancelled)
    have = part.stat().st_size if part.exists() else 0
    remember = _RememberChecksum()
    opener = urllib.request.build_opener(remember)
    request = urllib.request.Request(url, headers={"User-Agent": "qdit4sr"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = opener.open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing is missing: the checksum decides
            return remember.sha256
        raise
    what = Activity(Phase.DOWNLOADING, name=part.name.removesuffix(".part"))
    with response:
        resumed = response.status == 206
        have = have if resumed else 0
        rest = response.headers.get("Content-Length")
        total = have + int(rest) if rest else 0
        with part.open("ab" if resumed else "wb") as stream:
            while chunk := response.read(_CHUNK):
                stream.write(chunk)
                have += len(chunk)
                progress(have, max(total, have), what)
                stop_if(cancelled)
        if total and have < total:
            raise http.client.IncompleteRead(b"", total - have)
        return remember.sha256 or stated_sha256(response.headers)


def _verify(weight: WeightFile, part: Path, stated: str) -> None:
    expected = weight.sha256 or stated
    found = sha256_of(part)
    if expected and not found.startswith(expected):
        part.unlink()
        raise MetricUnavailableError(
            f"{weight.name} from {weight.url} is damaged: its SHA-256 begins with {found[:16]} instead of "
            f"{expected[:16]}. The file was discarded; download it again."
        )


def _fetch_with_hub(weight: WeightFile, progress: Progress) -> Path:
    """timm looks into the Hugging Face cache, whose layout is kept by its own library."""
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise MetricUnavailableError(
            f"{weight.name} is fetched by huggingface_hub, which is not installed "
            "(pip install huggingface_hub)."
        ) from error
    what = Activity(Phase.DOWNLOADING, name=weight.name)
    progress(0, 1, what)
    try:
        path = Path(hf_hub_download(weight.name, "model.safetensors"))
    except Exception as error:  # whichever HTTP library the hub uses, its errors have no common base
        raise MetricUnavailableError(_explain(weight, error)) from error
    progress(1, 1, what)
    return path


def _explain(weight: WeightFile, error: Exception) -> str:
    """One sentence about what went wrong, then what to do."""
    by_hand = f" Or fetch {weight.url} by hand and put it at {weight.path}."
    cause = getattr(error, "reason", error)
    host = weight.url.split("/")[2]
    if isinstance(error, urllib.error.HTTPError):
        if error.code in (401, 403, 407):
            return (
                f"{host} or a proxy on the way refused {weight.name} (HTTP {error.code} {error.reason}); "
                f"check HTTPS_PROXY and its user name and password.{by_hand}"
            )
        return f"{host} could not deliver {weight.name} (HTTP {error.code} {error.reason}).{by_hand}"
    if isinstance(cause, ssl.SSLError):
        return (
            f"The secure connection to {host} failed ({cause}); a proxy may replace certificates: set "
            f"SSL_CERT_FILE to its certificate.{by_hand}"
        )
    if isinstance(cause, socket.gaierror):
        return (
            f"{host} or the proxy could not be found; check the network connection and HTTPS_PROXY.{by_hand}"
        )
    if isinstance(cause, OSError) and "Tunnel connection failed" in str(cause):
        return f"The proxy refused to connect to {host} ({cause}); check HTTPS_PROXY.{by_hand}"
    if isinstance(cause, TimeoutError | ConnectionError | http.client.HTTPException):
        return (
            f"The connection to {host} broke off ({cause or type(cause).__name__}); what arrived is kept, "
            f"download again to go on.{by_hand}"
        )
    return f"{weight.name} could not be downloaded from {host}: {cause}.{by_hand}"
