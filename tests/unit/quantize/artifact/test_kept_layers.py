"""What a method has learned is learned once: interrupted runs go on, finished ones are read, bit by bit."""

import dataclasses
import json
import os
from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import Cancelled
from qdit4sr_core.models import DiT4SR, SuperResolutionModel
from qdit4sr_core.quantize import METHODS, Calibration, MethodConfig, quantize, quantized_layers
from qdit4sr_core.quantize.artifact import kept_layers
from qdit4sr_core.quantize.artifact.kept_layers import KeptLayers
from qdit4sr_core.quantize.layer import activations
from qdit4sr_core.quantize.methods import q_diffusion, quest
from qdit4sr_core.quantize.methods.efficientdm import EfficientDM
from qdit4sr_core.quantize.methods.quest import QuEST
from qdit4sr_core.quantize.methods.registry import MethodSpec
from qdit4sr_core.quantize.solvers import straight_through
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.quantized_models import QuantizedModels, model_is_kept
from qdit4sr_core.upscale import SamplingSettings
from qdit4sr_core.user_folders import learned_folder

LEARNING = [name for name, spec in METHODS.items() if spec.learns]


def short(name: str) -> MethodConfig:
    config: MethodConfig = METHODS[name].config_class(iterations=5)
    return config


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The name of every layer that a method really learns."""
    names: list[str] = []
    for name in LEARNING:
        spec: MethodSpec[MethodConfig] = METHODS[name]

        def counting(config, layer, settings, rule=spec.quantize_layer):  # type: ignore[no-untyped-def]
            names.append(layer.source.name)
            return rule(config, layer, settings)

        monkeypatch.setitem(METHODS, name, dataclasses.replace(spec, quantize_layer=counting))
    return names


def assert_alike(one: DiT4SR, other: DiT4SR) -> None:
    for name, layer in quantized_layers(one).items():
        twin = quantized_layers(other)[name]
        assert twin.spec == layer.spec, name
        mine, theirs = dict(layer.named_buffers()), dict(twin.named_buffers())
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(mine[key], theirs[key]) for key in mine), name


def test_the_methods_that_descend_are_those_that_keep() -> None:
    descending = {name for name, spec in METHODS.items() if hasattr(spec.config_class, "iterations")}
    assert set(LEARNING) == descending


@pytest.mark.parametrize("name", LEARNING)
def test_an_interrupted_run_goes_on_after_its_first_block(
    name: str,
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tiny_inputs: tuple[torch.Tensor, ...],
    tmp_path: Path,
    learned: list[str],
) -> None:
    config = short(name)
    whole = quantize(tiny_model.transformer, config, tiny_calibration)
    layers = list(learned)
    learned.clear()

    def cancelled() -> bool:
        return any(".1." in layer for layer in learned)

    with pytest.raises(Cancelled):
        quantize(
            tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path), cancelled=cancelled
        )
    first = [layer for layer in learned if ".1." not in layer]
    assert first == [layer for layer in layers if ".1." not in layer]
    learned.clear()
    resumed = quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path))
    assert learned == layers[len(first) :]
    assert_alike(whole, resumed)
    learned.clear()
    read = quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path))
    assert learned == []
    assert torch.equal(read(*tiny_inputs), whole(*tiny_inputs))


def test_other_weights_statistics_or_settings_are_learned_anew(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path, learned: list[str]
) -> None:
    statistics = {
        name: dataclasses.replace(layer, samples=2 * layer.samples)
        for name, layer in tiny_calibration.layers.items()
    }
    doubled = dataclasses.replace(tiny_calibration, layers=statistics)

    def count(config: MethodConfig, calibration: Calibration) -> int:
        learned.clear()
        quantize(tiny_model.transformer, config, calibration, keep=KeptLayers(tmp_path))
        return len(learned)

    layers = count(EfficientDM(iterations=2), tiny_calibration)
    assert layers == len(
        quantized_layers(quantize(tiny_model.transformer, EfficientDM(iterations=0), doubled))
    )
    assert count(EfficientDM(iterations=2), tiny_calibration) == 0
    assert count(EfficientDM(iterations=3), tiny_calibration) == layers
    assert count(EfficientDM(iterations=2), doubled) == len(statistics)  # the others have none


def test_the_code_is_that_of_the_method_and_of_all_it_may_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = kept_layers.code_files(QuEST())
    for module in (quest, q_diffusion, straight_through, activations):
        assert Path(module.__file__ or "") in files
    before = kept_layers.code_of(QuEST())
    changed = tmp_path / "straight_through.py"
    changed.write_text("# changed", encoding="utf-8")
    others = tuple(changed if path.name == changed.name else path for path in files)
    monkeypatch.setattr(kept_layers, "code_files", lambda _: others)
    assert kept_layers.code_of(QuEST()) != before


def test_another_code_of_the_method_learns_anew(
    tiny_model: SuperResolutionModel,
    tiny_calibration: Calibration,
    tmp_path: Path,
    learned: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = EfficientDM(iterations=2)
    quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path))
    layers = len(learned)
    monkeypatch.setattr(kept_layers, "code_of", lambda _: "changed")
    quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path))
    assert len(learned) == 2 * layers


def test_damaged_files_are_made_anew_and_the_oldest_go(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path, learned: list[str]
) -> None:
    config = EfficientDM(iterations=2)
    whole = quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path))
    files = sorted(tmp_path.iterdir())
    assert len(files) == len(learned)
    content = bytearray(files[0].read_bytes())
    content[-3] ^= 1
    files[0].write_bytes(content)
    files[1].write_bytes(b"no layer")
    files[2].write_bytes(files[3].read_bytes())
    described = files[4].read_bytes()
    files[4].write_bytes(described.replace(rb"weight_offset\": 0.0", rb"weight_offset\": 0.5"))
    assert files[4].read_bytes() != described
    learned.clear()
    assert_alike(whole, quantize(tiny_model.transformer, config, tiny_calibration, keep=KeptLayers(tmp_path)))
    assert len(learned) == 4
    for age, path in enumerate(sorted(tmp_path.iterdir())):
        os.utime(path, (age, age))
    most = sum(path.stat().st_size for path in tmp_path.iterdir()) // 2
    learned.clear()
    quantize(
        tiny_model.transformer, EfficientDM(iterations=3), tiny_calibration, keep=KeptLayers(tmp_path, most)
    )
    left = list(tmp_path.iterdir())
    assert sum(path.stat().st_size for path in left) <= most
    assert all(path.stat().st_mtime > len(files) for path in left)


def test_a_place_that_cannot_be_looked_at_keeps_nothing(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration, tmp_path: Path, learned: list[str]
) -> None:
    config, nowhere = EfficientDM(iterations=2), tmp_path / ("n" * 300)
    keep = KeptLayers(nowhere)
    quantize(tiny_model.transformer, config, tiny_calibration, keep=keep)
    keep.finish(config, {})
    assert learned
    assert not keep.holds(config, {})
    here = KeptLayers(tmp_path)
    quantize(tiny_model.transformer, config, tiny_calibration, keep=here)
    here.finish(config, {})
    assert here.holds(config, {})
    (whole,) = tmp_path.glob("*.model.json")
    whole.write_text(json.dumps(["n" * 300]))
    assert not here.holds(config, {})


def test_a_comparison_keeps_and_a_folder_in_the_way_keeps_nothing(
    tiny_model: SuperResolutionModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learned: list[str]
) -> None:
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", str(tmp_path))
    settings = SamplingSettings.for_model(tiny_model, steps=1)
    variant = parse_variant("efficientdm-w4a4:iterations=2")
    made = [QuantizedModels().prepare(tiny_model, variant, settings=settings) for _ in range(2)]
    assert_alike(made[0].transformer, made[1].transformer)
    folder = learned_folder()
    assert folder is not None
    layers = list(folder.glob("*.layer.safetensors"))
    assert len(layers) == len(learned) == len(quantized_layers(made[0].transformer))

    def known(text: str, settings: SamplingSettings) -> bool:
        config = parse_variant(text).config
        assert config is not None
        return model_is_kept(tiny_model.source_hash, tiny_model.minimum_side, settings, config)

    assert known(variant.key, settings)
    assert known(variant.key, dataclasses.replace(settings, seed=3))  # not of a run's own seed
    assert not known("efficientdm-w4a4:iterations=3", settings)
    assert not known(variant.key, dataclasses.replace(settings, steps=2))
    assert not known("rtn-w4a4", settings)
    layers[0].unlink()
    assert not known(variant.key, settings)
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", str(tmp_path / "file"))
    again = QuantizedModels().prepare(tiny_model, variant, settings=settings)
    assert_alike(made[0].transformer, again.transformer)
    monkeypatch.setenv("QDIT4SR_CALIBRATIONS", "")
    assert learned_folder() is None
