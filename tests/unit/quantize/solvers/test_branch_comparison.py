"""H-SVD against a plain SVD of the same size: on made-up structure, and on the bundled model's own layers."""

import pytest
import torch

from qdit4sr_core.models import load_model
from qdit4sr_core.quantize.layer.rotation import Rotation
from qdit4sr_core.quantize.methods.base import resolve_ranks
from qdit4sr_core.quantize.solvers.branch_comparison import BranchComparison, compare_branches
from qdit4sr_core.quantize.targets import LayerSource, linear_sources


def _source(name: str, rotated: torch.Tensor) -> LayerSource:
    """A layer whose weight is `rotated` after the rotation."""
    weight = Rotation("hadamard", rotated.shape[1]).inverse(rotated)
    return LayerSource(name, (rotated.shape[0], rotated.shape[1]), lambda: (weight, None))


def test_each_kind_of_structure_has_its_winner_and_the_loss_its_reason() -> None:
    torch.manual_seed(0)
    noise = 0.05 * torch.randn(64, 64)
    whole = torch.randn(64, 6) @ torch.randn(6, 64)
    blocks = torch.cat(
        [torch.cat([torch.outer(torch.randn(16), torch.randn(16)) for _ in range(4)], 1) for _ in range(4)]
    )
    found = compare_branches([_source("whole", noise + whole), _source("blocks", noise + blocks)], 2, 4)
    assert found[0].ratio > 1.5
    assert "whole matrix" in found[0].reason
    assert found[1].ratio < 0.7
    assert found[1].reason == ""
    assert found[1].grid == (4, 4)


def test_zero_and_indivisible_layers_survive() -> None:
    zero, prime = compare_branches(
        [_source("zero", torch.zeros(32, 32)), _source("prime", torch.randn(31, 32))], 2, 1
    )
    assert zero.ratio == 1
    assert prime.budget_used <= 1
    assert prime.reason == "" or prime.ratio > 1


@pytest.fixture(scope="module")
def bundled() -> list[BranchComparison]:
    model = load_model().transformer
    global_rank, local_rank = resolve_ranks(None, None, model.config.width)
    return compare_branches(linear_sources(model), global_rank, local_rank)


def test_never_more_parameters_on_the_bundled_model(bundled: list[BranchComparison]) -> None:
    assert bundled
    assert all(0.9 < c.budget_used <= 1 for c in bundled)


def test_never_much_worse_on_the_bundled_model_and_every_loss_is_explained(
    bundled: list[BranchComparison],
) -> None:
    for layer in bundled:
        assert layer.ratio < 1.05, layer.name
        assert (layer.ratio > 1) == bool(layer.reason), layer.name
        if layer.ratio > 1 and layer.budget_used > 0.99:
            assert layer.plain_share > layer.hsvd_share, layer.name
