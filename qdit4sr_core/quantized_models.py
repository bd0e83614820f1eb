"""Quantized models and calibrations that are kept, so that the next comparison need not make them again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from .progress import CancelCheck, Progress, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from .forecast import Statistics
    from .models.dit4sr import DiT4SR
    from .models.super_resolution_model import SuperResolutionModel
    from .quantize.apply import Recalibrate
    from .quantize.calibration.statistics import Calibration
    from .quantize.methods import MethodConfig
    from .quantize.variants import Variant
    from .upscale import SamplingSettings
    from .upscale.trajectory import Trajectory


CALIBRATION_SEED = 0
"""Of every calibration, whatever a run's own seed is: what a variant is must not depend on it."""


class QuantizedModels:
    """Quantized transformers and calibrations kept between comparisons.

    Not for use from several threads at once.
    """

    def __init__(self) -> None:
        self._models: dict[tuple[Any, ...], SuperResolutionModel] = {}
        self._calibrations: dict[tuple[Any, ...], Calibration] = {}
        self._given: dict[int, Calibration] = {}
        """Calibrations that came from outside, kept alive because their identity is part of a key."""
        self._trajectory: tuple[Any, Trajectory] | None = None

    def keep_trajectory(self, key: Any, trajectory: Trajectory) -> None:
        """Remember full precision's way through the latest photo, for variants that are run later."""
        self._trajectory = (key, trajectory)

    def trajectory(self, key: Any) -> Trajectory | None:
        """Full precision's way for this photo and these settings, if it was run last."""
        return self._trajectory[1] if self._trajectory is not None and self._trajectory[0] == key else None

    def prepare(
        self,
        model: SuperResolutionModel,
        variant: Variant,
        calibration: Calibration | None = None,
        settings: SamplingSettings | None = None,
        *,
        progress: Progress = ignore_progress,
        cancelled: CancelCheck = never_cancelled,
    ) -> SuperResolutionModel:
        """The model a variant runs on: `model` itself for full precision, else a quantized one.

        A method that needs statistics and gets none is calibrated with the bundled photos and `settings`.

        Raises:
            QDiT4SRError: when the variant cannot be made.
            Cancelled: when asked to stop.
        """
        from .quantize import needs_calibration, needs_sensitivity
        from .upscale.recalibration import recalibration

        if variant.kind == "fp":
            return model
        if variant.kind == "artifact":
            return self._artifact(model, variant)
        if variant.config is None:
            raise ValueError(f"the variant {variant.key} has no model")
        if not needs_calibration(variant.config):
            calibration = None
        elif calibration is None:
            sensitive = needs_sensitivity(variant.config)
            calibration = self._calibrated(model, settings, sensitive, progress, cancelled)
        key = (identity(model), variant.config, id(calibration))
        if key not in self._models:
            if calibration is not None:
                self._given[id(calibration)] = calibration
            transformer = quantize_keeping(
                model,
                variant.config,
                calibration,
                recalibrate=recalibration(model, calibration, cancelled),
                progress=progress,
                cancelled=cancelled,
            )
            self._models[key] = model.with_transformer(transformer)
        return self._kept(key, model)

    def _kept(self, key: tuple[Any, ...], model: SuperResolutionModel) -> SuperResolutionModel:
        """The model kept under `key`, told what `model` is told: a caption belongs to a photo."""
        kept = self._models[key]
        return kept if kept.text is model.text else model.with_transformer(kept.transformer)

    def _calibrated(
        self,
        model: SuperResolutionModel,
        settings: SamplingSettings | None,
        sensitive: bool,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> Calibration:
        """Statistics for one schedule; those that know sensitivities serve methods that need none too."""
        from .upscale.kept_calibration import kept_calibration
        from .user_folders import calibration_folder

        key = (identity(model), schedule(settings), sensitive)
        richer = (*key[:2], True)
        if richer in self._calibrations:
            return self._calibrations[richer]
        if key not in self._calibrations:
            self._calibrations[key] = kept_calibration(
                model,
                calibration_folder(),
                settings=None if settings is None else _of_calibration(settings),
                sensitivity=sensitive,
                progress=progress,
                cancelled=cancelled,
            )
        return self._calibrations[key]

    def _artifact(self, model: SuperResolutionModel, variant: Variant) -> SuperResolutionModel:
        import torch

        from .models.memory import best_dtype
        from .quantize.artifact.format import load_artifact

        if variant.path is None:
            raise ValueError(f"the variant {variant.key} has no file")
        stamp = variant.path.stat()
        key = (identity(model), variant.path, stamp.st_mtime_ns, stamp.st_size)
        if key not in self._models:
            transformer = load_artifact(variant.path, expected_source=model.source_hash or None)
            # in half precision on CUDA, as the model itself would run there
            dtype = best_dtype(transformer.config, "cuda") if model.device.type == "cuda" else torch.float32
            self._models[key] = model.with_transformer(transformer.to(model.device, dtype))
        return self._kept(key, model)


def quantize_keeping(
    model: SuperResolutionModel,
    config: MethodConfig,
    calibration: Calibration | None,
    *,
    recalibrate: Recalibrate | None,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> DiT4SR:
    """`quantize`, but layers of methods that learn are read from the disk where an earlier run finished them.

    Layers learned now are written there. Large models, which are quantized as a stream, keep none.
    """
    from .quantize import quantize
    from .quantize.artifact.kept_layers import KeptLayers
    from .upscale.sensitivity import is_large
    from .user_folders import learned_folder

    folder = learned_folder()
    keep = None if folder is None or is_large(model) else KeptLayers(folder)
    transformer = quantize(
        model.transformer,
        config,
        calibration,
        source_hash=model.source_hash,
        recalibrate=recalibrate,
        keep=keep,
        progress=progress,
        cancelled=cancelled,
    )
    if keep is not None and calibration is not None:
        keep.finish(config, calibration.provenance)
    return transformer


def identity(model: SuperResolutionModel) -> Any:
    """The hash of the weights, or the transformer object itself where there is none."""
    return model.source_hash or model.transformer


def calibration_is_kept(
    source_hash: str, minimum_side: int, settings: SamplingSettings, *, sensitivity: bool
) -> bool:
    """Whether a calibration with the bundled photos lies on the disk; runs with `settings` make none then."""
    from .upscale.kept_calibration import is_kept
    from .user_folders import calibration_folder

    folder = calibration_folder()
    if folder is None or not source_hash:
        return False
    return is_kept(folder, source_hash, minimum_side, _of_calibration(settings), sensitivity=sensitivity)


def statistics_of(variant: Variant) -> Statistics:
    """Which calibration a variant needs."""
    from .quantize import needs_calibration, needs_sensitivity

    if variant.config is None or not needs_calibration(variant.config):
        return ""
    return "sensitive" if needs_sensitivity(variant.config) else "plain"


def kept_statistics(source_hash: str, minimum_side: int, settings: SamplingSettings) -> set[str]:
    """Which calibrations with the bundled photos lie on the disk, see `calibration_is_kept`."""
    from .forecast.typical import CALIBRATING

    return {
        kind
        for kind in CALIBRATING
        if calibration_is_kept(source_hash, minimum_side, settings, sensitivity=kind == "sensitive")
    }


def model_is_kept(
    source_hash: str, minimum_side: int, settings: SamplingSettings, config: MethodConfig
) -> bool:
    """Whether all layers of a method that learns lie on the disk, with the calibration they are found by."""
    from .quantize import method_of
    from .quantize.artifact.kept_layers import KeptLayers
    from .upscale.calibration import calibration_provenance, crop_side
    from .user_folders import learned_folder

    folder = learned_folder() if method_of(config).learns else None
    if folder is None or not calibration_is_kept(source_hash, minimum_side, settings, sensitivity=False):
        return False
    side, kept = crop_side(minimum_side), KeptLayers(folder)
    return any(
        kept.holds(
            config,
            calibration_provenance(source_hash, None, _of_calibration(settings), side, sensitivity),
        )
        for sensitivity in (True, False)
    )


def _of_calibration(settings: SamplingSettings) -> SamplingSettings:
    return dataclasses.replace(settings, seed=CALIBRATION_SEED)


def schedule(settings: SamplingSettings | None) -> tuple[Any, ...]:
    """The settings that a calibration depends on, tiles included: a layer sees one tile at a time."""
    from .upscale.calibration import settings_that_matter

    return () if settings is None else tuple(settings_that_matter(_of_calibration(settings)).items())
