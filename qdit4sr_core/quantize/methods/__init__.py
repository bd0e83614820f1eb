"""The quantization methods, one file each. A file put here is found; it registers itself by `@method`."""

from importlib import import_module
from pkgutil import iter_modules

from .base import MethodConfig
from .registry import METHODS, MethodSpec, method_of, needs_calibration, needs_sensitivity

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["METHODS", "MethodConfig", "MethodSpec", "method_of", "needs_calibration", "needs_sensitivity"]
