"""Layers for the kernel's tests; all of them are skipped where it was not compiled."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch

from qdit4sr_core.engines import kernel


@pytest.fixture
def setup_file() -> ModuleType:
    """The project's `setup.py`, which compiles the kernel."""
    path = Path(__file__).resolve().parents[4] / "setup.py"
    spec = importlib.util.spec_from_file_location("qdit4sr_setup", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _compiled() -> None:
    if not kernel.available():
        pytest.skip("the native kernel was not compiled with this installation")


@pytest.fixture(params=["AVX-512 VNNI", "AVX-VNNI", "AVX2", "portable"])
def build(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every build that this processor runs, in use."""
    if not kernel.builds().get(request.param):
        pytest.skip(f"no build {request.param} for this processor")
    with kernel.using_build(request.param), torch.no_grad():
        yield request.param
