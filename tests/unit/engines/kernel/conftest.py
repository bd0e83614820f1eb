"""Layers for the kernel's tests; all of them are skipped where it was not compiled."""

from collections.abc import Iterator

import pytest
import torch

from qdit4sr_core.engines import kernel


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
