"""A file of weights that somebody else has put there runs no code, whatever pyiqa asks torch for."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import MetricUnavailableError
from qdit4sr_core.metrics import iqa
from qdit4sr_core.metrics.pyiqa_import import import_pyiqa
from qdit4sr_core.metrics.registry import find_metric
from qdit4sr_core.metrics.values import compute

pytest.importorskip("pyiqa_never" if not iqa.pyiqa_version() else "torch")


class Evil:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", ["brisque", "musiq", "lpips"])
def test_weights_with_code_in_them_are_refused_in_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
    import_pyiqa()  # it looks for its folder when it comes in
    monkeypatch.setattr("pyiqa.utils.download_util.DEFAULT_CACHE_DIR", str(tmp_path / "hub" / "pyiqa"))
    monkeypatch.setenv("TORCH_FORCE_WEIGHTS_ONLY_LOAD", "0")
    monkeypatch.setattr(iqa, "_check_weights", lambda metric: None)  # as if the checksum had been forged
    mark = tmp_path / "executed"
    for weight in find_metric(name).weights:
        weight.path.parent.mkdir(parents=True, exist_ok=True)
        weight.path.write_bytes(pickle.dumps(Evil(mark), 2))
    pixels = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    with pytest.raises(MetricUnavailableError, match="could run code"):
        compute(name, pixels, pixels if find_metric(name).full_reference else None)
    assert not mark.exists()


def test_torch_load_reads_no_code_after_pyiqa_is_there(tmp_path: Path) -> None:
    import_pyiqa()
    import torch

    (tmp_path / "w.pth").write_bytes(pickle.dumps(Evil(tmp_path / "executed"), 2))
    with pytest.raises(pickle.UnpicklingError):
        torch.load(tmp_path / "w.pth", weights_only=False)
    assert not (tmp_path / "executed").exists()
