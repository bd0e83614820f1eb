"""The quantization methods by name, and the one that belongs to a config."""

from . import (
    convrot,
    gptq,
    ptq4dit,
    q_dit,
    q_dit4sr,
    q_dit4sr_plus,
    quarot,
    rtn,
    smoothquant,
    svdquant,
    vidit_q,
)
from .base import MethodConfig, MethodSpec
from .convrot import ConvRot
from .gptq import GPTQ
from .ptq4dit import PTQ4DiT
from .q_dit import QDiT
from .q_dit4sr import QDiT4SR
from .q_dit4sr_plus import QDiT4SRPlus
from .quarot import QuaRot
from .rtn import RTN
from .smoothquant import SmoothQuant
from .svdquant import SVDQuant
from .vidit_q import ViDiTQ

_MODULES = (
    rtn,
    smoothquant,
    gptq,
    quarot,
    convrot,
    q_dit,
    vidit_q,
    ptq4dit,
    svdquant,
    q_dit4sr,
    q_dit4sr_plus,
)

METHODS: dict[str, MethodSpec] = {module.METHOD.name: module.METHOD for module in _MODULES}
"""Every method, in the order tables list them."""

_BY_CONFIG = {spec.config_class: spec for spec in METHODS.values()}


def method_of(config: MethodConfig) -> MethodSpec:
    """The method a config belongs to. Raises KeyError for a class that is not registered."""
    return _BY_CONFIG[type(config)]


def needs_calibration(config: MethodConfig) -> bool:
    """Whether `config` cannot be applied without a calibration."""
    return method_of(config).wants_calibration(config)


__all__ = [
    "GPTQ",
    "METHODS",
    "RTN",
    "ConvRot",
    "MethodConfig",
    "MethodSpec",
    "PTQ4DiT",
    "QDiT",
    "QDiT4SR",
    "QDiT4SRPlus",
    "QuaRot",
    "SVDQuant",
    "SmoothQuant",
    "ViDiTQ",
    "method_of",
    "needs_calibration",
]
