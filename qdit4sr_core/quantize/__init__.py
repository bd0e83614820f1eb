"""Post-training quantization of DiT4SR: methods, calibration, artifacts and their cost."""

from ..callable_module import call_module_as
from .apply import quantize
from .calibration.statistics import Calibration, LayerStatistics, collect_statistics
from .layer.linear import QuantizedLinear, quantized_layers
from .layer.sampling_step import set_sampling_step
from .methods import METHODS, MethodConfig, MethodSpec, method_of, needs_calibration, needs_sensitivity
from .record import QuantizationRecord, quantization_record

__all__ = [
    "METHODS",
    "Calibration",
    "LayerStatistics",
    "MethodConfig",
    "MethodSpec",
    "QuantizationRecord",
    "QuantizedLinear",
    "collect_statistics",
    "method_of",
    "needs_calibration",
    "needs_sensitivity",
    "quantization_record",
    "quantize",
    "quantized_layers",
    "set_sampling_step",
]

call_module_as(__name__, quantize)
