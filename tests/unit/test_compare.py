"""A comparison is fair (same noise, same tiles), survives a broken variant, remembers quantized models."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from qdit4sr_core import compare as compare_module
from qdit4sr_core.compare import VariantResult, compare
from qdit4sr_core.errors import Cancelled, ImageError, SettingsError, VariantError
from qdit4sr_core.images import LoadedImage, save_png, upscale_bicubic
from qdit4sr_core.metrics import psnr
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.progress import Phase, phase_of
from qdit4sr_core.quantize import quantized_layers
from qdit4sr_core.quantize.artifact.format import save_artifact
from qdit4sr_core.quantize.variants import parse_variant, parse_variants
from qdit4sr_core.quantized_models import QuantizedModels
from qdit4sr_core.upscale import SamplingSettings, pipeline


@pytest.fixture
def photo() -> LoadedImage:
    pixels = np.random.default_rng(4).integers(0, 256, (40, 36, 3), np.uint8)
    return LoadedImage(pixels, sha256="photo")


def _run(model: SuperResolutionModel, photo: LoadedImage, text: str, **options: Any) -> list[VariantResult]:
    return list(compare(photo, parse_variants(text), model=model, **options))


def test_full_precision_against_itself_is_identical(
    tiny_model: SuperResolutionModel, photo: LoadedImage
) -> None:
    first, second = _run(tiny_model, photo, "fp,fp")
    assert first.pixels is not None
    assert second.pixels is not None
    assert first.pixels is not second.pixels
    assert psnr(first.pixels, second.pixels) == float("inf")


def test_every_variant_gets_the_same_noise_and_tiles(
    tiny_model: SuperResolutionModel, photo: LoadedImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[torch.Tensor]] = []
    shapes: list[list[tuple[int, ...]]] = []
    genuine = pipeline.guided_velocity

    def watch(transformer: object, x: torch.Tensor, *rest: object) -> torch.Tensor:
        step_one = rest[1] == 1.0
        if step_one:
            key = id(transformer)
            if not owners or owners[-1] != key:
                owners.append(key)
                seen.append([])
                shapes.append([])
            seen[-1].append(x.clone())
            shapes[-1].append(tuple(x.shape))
        return genuine(transformer, x, *rest)  # type: ignore[arg-type]

    owners: list[int] = []
    monkeypatch.setattr(pipeline, "guided_velocity", watch)
    _run(tiny_model, photo, "fp,rtn-w4a4,q-dit4sr-w4a6")
    assert len(seen) == 3
    assert shapes[0] == shapes[1] == shapes[2]
    assert len(shapes[0]) > 1
    for other in seen[1:]:
        assert all(torch.equal(a, b) for a, b in zip(seen[0], other, strict=True))


def test_quantized_variants_differ_from_full_precision(
    tiny_model: SuperResolutionModel, photo: LoadedImage
) -> None:
    fp, coarse, fine = _run(tiny_model, photo, "fp,rtn-w2a2,rtn-w8a8")
    assert fp.pixels is not None
    assert coarse.pixels is not None
    assert fine.pixels is not None
    assert psnr(coarse.pixels, fp.pixels) < psnr(fine.pixels, fp.pixels)
    assert coarse.weight_bytes < fine.weight_bytes < fp.weight_bytes
    assert not fp.simulated
    assert fp.engines == {}
    assert sum(coarse.engines.values()) == sum(fine.engines.values()) > 0
    assert coarse.simulated == ("reference" in coarse.engines)
    assert coarse.provenance["quantization"]["config"]["weight_bits"] == 2
    assert fp.provenance["photo_sha256"] == "photo"
    assert len(fp.provenance["step_seconds"]) == 3


def test_every_variant_says_how_far_it_strays_at_each_step(
    tiny_model: SuperResolutionModel, photo: LoadedImage
) -> None:
    kept = QuantizedModels()
    variants = parse_variants("fp,rtn-w2a2,rtn-w8a8,bicubic")
    fp, coarse, fine, bicubic = compare(photo, variants, model=tiny_model, quantized=kept)
    assert fp.trajectory_error == bicubic.trajectory_error == ()
    assert len(coarse.trajectory_error) == len(fine.trajectory_error) == 3
    assert all(a > b > 0 for a, b in zip(coarse.trajectory_error, fine.trajectory_error, strict=True))
    (later,) = compare(photo, parse_variants("rtn-w2a2"), model=tiny_model, quantized=kept)
    assert later.trajectory_error == coarse.trajectory_error  # full precision is remembered
    (alone,) = compare(photo, parse_variants("rtn-w2a2"), model=tiny_model)
    assert alone.trajectory_error == ()


def test_bicubic_needs_no_model_run(tiny_model: SuperResolutionModel, photo: LoadedImage) -> None:
    (result,) = _run(tiny_model, photo, "bicubic")
    assert result.pixels is not None
    np.testing.assert_array_equal(result.pixels, upscale_bicubic(photo.pixels, 4))
    assert (result.weight_bytes, result.simulated) == (0, False)


def test_one_broken_variant_does_not_stop_the_others(
    tiny_model: SuperResolutionModel, photo: LoadedImage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing of use")
    fp, failed, rtn = _run(tiny_model, photo, f"fp,{broken},rtn-w4a4")
    assert failed.pixels is None
    assert failed.error is not None
    assert "broken.safetensors" in failed.error
    assert "traceback" in failed.provenance
    assert fp.error is None
    assert rtn.pixels is not None


def test_an_unforeseen_failure_is_named_too(
    tiny_model: SuperResolutionModel, photo: LoadedImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise ArithmeticError("singular")

    monkeypatch.setattr(QuantizedModels, "prepare", refuse)
    bicubic, failed = _run(tiny_model, photo, "bicubic,fp")
    assert bicubic.error is None
    assert failed.error == "Failed unexpectedly: ArithmeticError: singular"


def test_a_model_that_yields_nan_is_an_error(tiny_model: SuperResolutionModel, photo: LoadedImage) -> None:
    import copy

    transformer = copy.deepcopy(tiny_model.transformer)
    transformer.proj_out.bias.fill_(float("nan"))
    (result,) = _run(dataclasses.replace(tiny_model, transformer=transformer), photo, "fp")
    assert result.pixels is None
    assert result.error is not None
    assert "not finite" in result.error


def test_an_artifact_gives_the_same_picture_as_its_variant(
    tiny_model: SuperResolutionModel, photo: LoadedImage, tmp_path: Path
) -> None:
    variant = parse_variant("rtn-w4a4")
    quantized = QuantizedModels().prepare(tiny_model, variant)
    save_artifact(quantized.transformer, tmp_path / "small.safetensors")
    direct, stored = _run(tiny_model, photo, f"rtn-w4a4,{tmp_path / 'small.safetensors'}")
    assert stored.error is None
    np.testing.assert_array_equal(direct.pixels, stored.pixels)
    assert stored.weight_bytes == direct.weight_bytes


def test_quantized_models_are_made_once(tiny_model: SuperResolutionModel) -> None:
    kept = QuantizedModels()
    variant = parse_variant("q-dit4sr-w4a4")
    settings = SamplingSettings.for_model(tiny_model)
    first = kept.prepare(tiny_model, variant, settings=settings).transformer
    assert kept.prepare(tiny_model, variant, settings=settings).transformer is first
    assert kept.prepare(tiny_model, parse_variant("rtn-w4a4")).transformer is not first
    other = dataclasses.replace(tiny_model, source_hash="another")
    assert kept.prepare(other, variant, settings=settings).transformer is not first
    assert not quantized_layers(tiny_model.transformer)


def test_calibration_is_shared_between_variants(
    tiny_model: SuperResolutionModel, photo: LoadedImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qdit4sr_core.upscale import kept_calibration

    calls: list[int] = []
    genuine = kept_calibration.calibrate

    def counted(*args: object, **options: object) -> object:
        calls.append(1)
        return genuine(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_calibration, "calibrate", counted)
    results = _run(tiny_model, photo, "q-dit4sr-w4a4,q-dit4sr-w4a4:vasmp=false")
    assert all(result.error is None for result in results)
    assert len(calls) == 1


def test_progress_start_and_order(tiny_model: SuperResolutionModel, photo: LoadedImage) -> None:
    started: list[str] = []
    said: set[Phase | None] = set()
    results = _run(
        tiny_model,
        photo,
        "bicubic,rtn-w4a4,fp",
        on_start=lambda variant: started.append(variant.key),
        progress=lambda done, total, what: said.add(phase_of(what)),
    )
    assert started == [r.variant.key for r in results] == ["bicubic", "rtn-w4a4", "fp"]
    assert {Phase.QUANTIZING, Phase.ENCODING, Phase.SAMPLING, Phase.DECODING} <= said


def test_results_come_as_they_finish_and_cancel_keeps_them(
    tiny_model: SuperResolutionModel, photo: LoadedImage
) -> None:
    stop = [False]
    results = compare(photo, parse_variants("fp,rtn-w4a4"), model=tiny_model, cancelled=lambda: stop[0])
    assert next(results).error is None
    stop[0] = True
    with pytest.raises(Cancelled):
        next(results)


def test_unfit_settings_are_refused_before_the_first_variant(
    tiny_model: SuperResolutionModel, photo: LoadedImage
) -> None:
    unfit = SamplingSettings(steps=2, tile=64, overlap=4)
    with pytest.raises(SettingsError, match="tile"):
        _run(tiny_model, photo, "bicubic", settings=unfit)


def test_a_bare_array_is_refused_in_a_sentence(tiny_model: SuperResolutionModel, photo: LoadedImage) -> None:
    pixels: Any = photo.pixels
    with pytest.raises(ImageError, match="comes from load_image or LoadedImage, but this is ndarray"):
        next(compare(pixels, parse_variants("fp"), model=tiny_model))


@pytest.mark.parametrize("engine", ["int8", "kernel"])
def test_the_integer_engines_agree_with_the_simulation(
    tiny_model: SuperResolutionModel, photo: LoadedImage, engine: str
) -> None:
    from qdit4sr_core.engines import kernel

    if engine == "kernel" and not kernel.available():
        pytest.skip("the native kernel was not compiled with this installation")
    (simulated,) = _run(tiny_model, photo, "rtn-w4a4", engine="reference")
    (integer,) = _run(tiny_model, photo, "rtn-w4a4", engine=engine)
    assert set(integer.engines) - {"float"} == {engine}
    assert simulated.simulated
    assert not integer.simulated
    assert simulated.pixels is not None
    assert integer.pixels is not None
    assert psnr(simulated.pixels, integer.pixels) > 45


def test_importing_compare_is_light() -> None:
    import subprocess
    import sys

    code = "import sys, qdit4sr_core.compare, qdit4sr_core.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert compare_module.compare is compare


def test_results_made_elsewhere_are_found_by_name(
    tiny_model: SuperResolutionModel, photo: LoadedImage, tmp_path: Path
) -> None:
    given = np.random.default_rng(5).integers(0, 256, (160, 144, 3), np.uint8)
    save_png(given, tmp_path / "leaf_x4.png")
    save_png(given[:-4], tmp_path / "stone.png")
    variants = f"fp,images:{tmp_path}"

    _, found = _run(tiny_model, dataclasses.replace(photo, path=Path("photos/leaf.jpg")), variants)
    _, misshaped = _run(tiny_model, dataclasses.replace(photo, path=Path("stone.png")), variants)
    _, absent = _run(tiny_model, dataclasses.replace(photo, path=Path("bark.png")), variants)
    _, nameless = _run(tiny_model, photo, variants)

    assert found.error is None
    np.testing.assert_array_equal(found.pixels, given)
    assert found.variant.label == tmp_path.name
    assert "stone.png is 144 x 156 pixels" in str(misshaped.error)
    assert "no picture named bark" in str(absent.error)
    assert "has none" in str(nameless.error)
    with pytest.raises(VariantError, match="no folder"):
        parse_variant(f"images:{tmp_path / 'absent'}")
