"""Fixtures shared by all tests: offscreen Qt, the reference data folder, a tiny model."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from qdit4sr_core.models import DiT4SR, DiT4SRConfig, SuperResolutionModel

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def qt_garbage_stays_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Worker threads must not free Qt objects that earlier tests left in reference cycles: that crashes."""
    if "qapp" not in request.fixturenames:
        yield
        return
    if gc.get_freeze_count() == 0:
        gc.freeze()  # the imported libraries: collections take milliseconds without them
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the reference data folder ../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def tiny_model() -> SuperResolutionModel:
    """A random two-block model with the bundled model's structure; deterministic, fast, not good."""
    import torch

    from qdit4sr_core.models.nano_codec import NanoCodec, NanoCodecConfig

    with torch.random.fork_rng():
        torch.manual_seed(7)
        config = DiT4SRConfig(
            sample_size=16,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            num_attention_heads=2,
            attention_head_dim=16,
            joint_attention_dim=None,
            pooled_projection_dim=None,
            dual_attention_layers=(0,),
            pos_embed_max_size=16,
            lr_channels=8,
            attn2_has_context=False,
            key_control_mode="fixed",
        )
        transformer = DiT4SR(config).eval().requires_grad_(False)
        codec = NanoCodec(NanoCodecConfig(4, 4, width=8, feature_width=8, feature_blocks=1, decoder_blocks=1))
        for parameter in codec.parameters():  # the residual blocks start at zero: give them something to do
            if parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.15)
    return SuperResolutionModel(
        name="tiny",
        transformer=transformer,
        codec=codec.eval().requires_grad_(False),
        sampling_defaults={"steps": 3, "tile": 16, "overlap": 4, "shift": 1.0},
        source_hash="tiny",
    )
