"""Q-DiT (Chen et al., CVPR 2025) without its search: asymmetric groups of 128 for weights and activations."""

from __future__ import annotations

from dataclasses import dataclass

from ..layer.activations import ActivationSpec
from ..layer.codes import encode_asymmetric
from ..layer.linear import QuantizedLinear
from ..solvers.gptq import gptq_round
from .base import Layer, LayerSettings, MethodConfig, Rounding
from .option_limits import Group
from .registry import method


@dataclass(frozen=True)
class QDiT(MethodConfig):
    """Fixed groups in place of the evolutionary search over group sizes."""

    group: Group = 128
    rounding: Rounding = "gptq"
    """As in the released code; `nearest` needs no calibration."""


@method(
    QDiT,
    name="q-dit",
    label="Q-DiT (g128, no search)",
    needs_calibration=True,
    calibrated=lambda config: config.rounding == "gptq",
    summary="Asymmetric groups of 128 channels for weights (GPTQ) and activations (dynamic).",
    order=60,
    simulated_ratio=1.35,
    quantizing_cells=12_000,
)
def quantize_layer(config: QDiT, layer: Layer, settings: LayerSettings) -> QuantizedLinear:
    """Minimum and maximum of every group give its codes."""
    codes = encode_asymmetric(layer.weight, settings.weight_bits, config.group)
    moment = layer.moment(config.rounding)
    if moment is not None:
        codes = gptq_round(layer.weight, moment, codes, cancelled=layer.cancelled)
    activation = ActivationSpec("minmax", settings.act_bits, config.group)
    return QuantizedLinear.build(codes, activation, bias=layer.bias)
