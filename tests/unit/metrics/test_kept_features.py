"""Features of a picture are found once, and give the numbers that they gave before."""

import numpy as np
import pytest
import torch

from qdit4sr_core.metrics import iqa
from qdit4sr_core.metrics.kept_features import LARGEST, MOST, KeptFeatures
from qdit4sr_core.metrics.registry import METRICS, availability


class Counted:
    def __init__(self, values: int = 3) -> None:
        self.calls, self.values = 0, values

    def __call__(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        self.calls += 1
        return image.sum()[None], torch.ones(self.values)


def test_a_picture_seen_before_costs_no_pass() -> None:
    network = Counted()
    kept = KeptFeatures(network)
    first, second = torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 8)
    assert torch.equal(kept(first)[0], first.sum()[None])
    assert torch.equal(kept(second)[0], second.sum()[None])
    assert network.calls == 2
    assert torch.equal(kept(first.clone())[0], first.sum()[None])  # by content
    assert network.calls == 2
    kept(first.reshape(1, 3, 4, 16))  # the same numbers in another shape
    assert network.calls == 3


def test_references_stay_while_variants_come_and_go() -> None:
    network = Counted()
    kept = KeptFeatures(network)
    full, truth, variants = torch.rand(1, 3, 8, 8), torch.rand(1, 3, 8, 8), torch.rand(20, 1, 3, 8, 8)
    for variant in variants:
        for reference in (full, truth):
            kept(variant)
            kept(reference)
    assert network.calls == 2 + len(variants)
    assert len(kept._kept) == MOST


def test_large_features_are_not_kept() -> None:
    network = Counted(LARGEST // 4 + 1)
    kept = KeptFeatures(network)
    image = torch.rand(1, 3, 8, 8)
    kept(image)
    kept(image)
    assert network.calls == 2
    assert not kept._kept


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.compares_features])
def test_numbers_are_those_of_features_found_anew(name: str) -> None:
    found = availability(name)
    if found.why is not None:
        pytest.skip(str(found.why))
    images = np.random.default_rng(5).integers(0, 256, (3, 96, 80, 3), dtype=np.uint8)
    pairs = [(a, b) for a in images for b in images]
    kept = [iqa.compute_with_pyiqa(name, *pair) for pair in pairs]
    anew = []
    for pair in pairs:
        iqa._model(name).net.net.forward._kept.clear()
        anew.append(iqa.compute_with_pyiqa(name, *pair))
    assert kept == anew
