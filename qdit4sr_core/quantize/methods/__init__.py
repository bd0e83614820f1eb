"""The quantization methods by name, and the one that belongs to a config."""

from . import q_dit4sr, rtn
from .base import MethodConfig, MethodSpec
from .q_dit4sr import QDiT4SR
from .rtn import RTN

METHODS: dict[str, MethodSpec] = {spec.name: spec for spec in (rtn.METHOD, q_dit4sr.METHOD)}
"""Every method, in the order tables list them."""

_BY_CONFIG = {spec.config_class: spec for spec in METHODS.values()}


def method_of(config: MethodConfig) -> MethodSpec:
    """The method a config belongs to. Raises KeyError for a class that is not registered."""
    return _BY_CONFIG[type(config)]


def needs_calibration(config: MethodConfig) -> bool:
    """Whether `config` cannot be applied without a calibration."""
    return method_of(config).wants_calibration(config)


__all__ = ["METHODS", "RTN", "MethodConfig", "MethodSpec", "QDiT4SR", "method_of", "needs_calibration"]
