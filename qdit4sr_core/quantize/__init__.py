"""Post-training quantization of DiT4SR: methods, calibration, artifacts and their cost."""

from .apply import QuantizationRecord, quantization_record, quantize
from .calibrate import Calibration, LayerStatistics, collect_statistics
from .linear import QuantizedLinear, quantized_layers
from .methods import METHODS, MethodConfig, MethodSpec, method_of, needs_calibration
from .sampling_step import set_sampling_step

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
    "quantization_record",
    "quantize",
    "quantized_layers",
    "set_sampling_step",
]
