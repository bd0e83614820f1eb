import pytest

from qdit4sr_core.images import lr_sample
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.upscale import SamplingSettings
from qdit4sr_core.upscale.calibration import middle
from qdit4sr_core.upscale.denoise import denoise
from qdit4sr_core.upscale.pipeline import flow_of
from qdit4sr_core.upscale.workload import passes_a_step, run_workload


@pytest.mark.parametrize(
    "guided",
    [{}, {"guidance": 2.0}, {"guidance": 2.0, "guidance_to": 0.6}, {"guidance": 2.0, "guidance_from": 0.5}],
)
def test_passes_are_those_of_a_run(tiny_model: SuperResolutionModel, guided: dict[str, float]) -> None:
    settings = SamplingSettings.for_model(tiny_model, steps=5, **guided)
    photo = middle(lr_sample("coffee").pixels, 16)
    seen: list[int] = []
    handle = tiny_model.transformer.register_forward_pre_hook(
        lambda _module, inputs: seen.append(len(inputs[0]))
    )
    try:
        flow = flow_of(tiny_model, photo, settings)
        denoise(flow.velocity, flow.start, flow.levels)
    finally:
        handle.remove()
    assert sum(seen) / 5 == passes_a_step(settings)
    assert run_workload(tiny_model, settings, photo.shape[:2]).passes == passes_a_step(settings)
