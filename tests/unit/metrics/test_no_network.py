"""Metrics fetch nothing by themselves; what the user downloads in another thread goes on."""

import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import MetricUnavailableError
from qdit4sr_core.metrics import iqa
from qdit4sr_core.metrics.no_network import no_network
from qdit4sr_core.metrics.registry import find_metric
from qdit4sr_core.metrics.values import compute


def test_connections_are_refused_in_the_block_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        outcomes = []

        def elsewhere() -> None:
            with socket.create_connection(address):
                outcomes.append("connected")

        with no_network():
            with pytest.raises(OSError, match="unless you ask"):
                socket.create_connection(address)
            with pytest.raises(OSError, match="unless you ask"):
                socket.getaddrinfo("localhost", 80)
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join()
        elsewhere()
        assert outcomes == ["connected", "connected"]


def test_pyiqa_may_not_fetch_what_is_not_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not iqa.pyiqa_version():
        pytest.skip("pyiqa is not installed")
    from qdit4sr_core.metrics.pyiqa_import import import_pyiqa

    import_pyiqa()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "ours"))
    monkeypatch.setattr("pyiqa.utils.download_util.DEFAULT_CACHE_DIR", str(tmp_path / "theirs"))
    monkeypatch.setattr(iqa, "_check_weights", lambda metric: None)
    for weight in find_metric("musiq").weights:
        weight.path.parent.mkdir(parents=True, exist_ok=True)
        weight.path.write_bytes(b"not where pyiqa looks")
    pixels = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    with pytest.raises(MetricUnavailableError, match="unless you ask"):
        compute("musiq", pixels)
    assert list((tmp_path / "theirs").iterdir()) == []
