"""An evaluation goes on only with the same model."""

import dataclasses
from types import SimpleNamespace

from qdit4sr_core.evaluate.identity import model_hash


def test_a_sampled_condition_is_another_model(tiny_model):
    sampled = dataclasses.replace(tiny_model, codec=SimpleNamespace(posterior_seed=5))
    mean = dataclasses.replace(tiny_model, codec=SimpleNamespace(posterior_seed=None))
    assert model_hash(tiny_model) == model_hash(mean) == tiny_model.source_hash
    assert model_hash(sampled) != model_hash(mean)
