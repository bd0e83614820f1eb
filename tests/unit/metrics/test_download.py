import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from qdit4sr_core.errors import Cancelled, MetricUnavailableError
from qdit4sr_core.metrics import METRICS
from qdit4sr_core.metrics.download import download, fetch, stated_sha256
from qdit4sr_core.metrics.registry import availability
from qdit4sr_core.metrics.weights import WeightFile
from qdit4sr_core.progress import Activity, Phase, What

CONTENT = bytes(range(256)) * 5000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class _Server(http.server.BaseHTTPRequestHandler):
    ranges: list[str | None] = []  # noqa: RUF012
    stop_after: int | None = None

    def do_GET(self) -> None:
        cls = type(self)
        cls.ranges.append(self.headers.get("Range"))
        if self.path.startswith("/resolve/"):
            self.send_response(302)
            self.send_header("Location", "/" + self.path.removeprefix("/resolve/"))
            self.send_header("X-Linked-ETag", f'"{SHA256}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path == "/proxy":
            self.send_error(407)
            return
        start = 0
        if self.headers.get("Range"):
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        body = CONTENT[start:]
        if cls.stop_after is not None:
            body, cls.stop_after = body[: cls.stop_after], None
        self.wfile.write(body if self.path != "/altered" else b"x" + body[1:])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[str]:
    for proxy in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    _Server.ranges, _Server.stop_after = [], None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_download_reports_progress_and_lands_in_its_folder(server: str, tmp_path) -> None:
    seen: list[tuple[int, int, What]] = []
    path = fetch(
        WeightFile("a.pth", "pyiqa", f"{server}/a.pth", SHA256[:8]), progress=lambda *p: seen.append(p)
    )
    assert path == tmp_path / "hub" / "pyiqa" / "a.pth"
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT), Activity(Phase.DOWNLOADING, name="a.pth"))
    assert [p.name for p in path.parent.iterdir()] == ["a.pth"]


def test_an_interrupted_download_goes_on_where_it_stopped(server: str) -> None:
    weight = WeightFile("a.pth", "pyiqa", f"{server}/a.pth", SHA256)
    _Server.stop_after = 400_000
    with pytest.raises(MetricUnavailableError, match="broke off"):
        fetch(weight)
    part = weight.path.with_name("a.pth.part")
    kept = part.stat().st_size
    assert 0 < kept <= 400_000
    assert fetch(weight).read_bytes() == CONTENT
    assert _Server.ranges == [None, f"bytes={kept}-"]


def test_cancelling_keeps_what_arrived_and_makes_no_file(server: str) -> None:
    weight = WeightFile("a.pth", "pyiqa", f"{server}/a.pth", SHA256)
    calls = iter([False, True])
    with pytest.raises(Cancelled):
        fetch(weight, cancelled=lambda: next(calls))
    assert not weight.path.exists()
    assert weight.path.with_name("a.pth.part").exists()


@pytest.mark.parametrize(("address", "known"), [("/altered", SHA256), ("/resolve/altered", "")])
def test_a_damaged_file_is_discarded(server: str, address: str, known: str) -> None:
    weight = WeightFile("a.pth", "pyiqa", server + address, known)
    with pytest.raises(MetricUnavailableError, match="damaged"):
        fetch(weight)
    assert list(weight.path.parent.iterdir()) == []


def test_a_complete_part_needs_no_second_download(server: str) -> None:
    weight = WeightFile("a.pth", "pyiqa", f"{server}/a.pth", SHA256)
    weight.path.parent.mkdir(parents=True)
    weight.path.with_name("a.pth.part").write_bytes(CONTENT)
    assert fetch(weight).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("address", "words"), [("/missing", r"HTTP 404.*by hand"), ("/proxy", r"HTTP 407.*HTTPS_PROXY")]
)
def test_refusals_are_told_plainly(server: str, address: str, words: str) -> None:
    with pytest.raises(MetricUnavailableError, match=words):
        fetch(WeightFile("a.pth", "pyiqa", server + address))


def test_no_server_is_told_plainly(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(MetricUnavailableError, match="broke off"):
        fetch(WeightFile("a.pth", "pyiqa", "http://weights.invalid/a.pth"))


def test_a_metric_becomes_available_when_its_files_are_there(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (WeightFile("b.mat", "pyiqa", f"{server}/b.mat", SHA256),)
    monkeypatch.setitem(METRICS, "niqe", replace(METRICS["niqe"], weights=files))
    before = availability("niqe")
    assert (before.ok, before.file, before.folder) == (False, "b.mat", files[0].path.parent)
    assert download("niqe") == [files[0].path]
    assert availability("niqe").ok
    assert download("niqe") == [files[0].path]
    assert len(_Server.ranges) == 1


def test_only_a_sha256_counts_as_one() -> None:
    assert stated_sha256({"X-Linked-ETag": f'"{SHA256}"'}) == SHA256
    assert stated_sha256({"X-Linked-ETag": '"abc"'}) == ""
    assert stated_sha256({}) == ""
