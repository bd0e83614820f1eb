"""How a quantized model came about, remembered by the model and stored in its artifact."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch import nn

from ..engines import RoundedAttention
from ..models.dit4sr import DiT4SR


@dataclass(frozen=True)
class QuantizationRecord:
    """How a quantized model came about; stored in its artifact."""

    method: str
    label: str
    config: dict[str, Any]
    resolved: dict[str, Any] = field(default_factory=dict)
    """Values the config left open, as they were chosen for this model."""
    calibration: dict[str, Any] | None = None
    """What the statistics were made from: image hashes, settings."""
    source_hash: str = ""
    """SHA-256 of the full-precision weights, when known."""

    @property
    def attention(self) -> RoundedAttention | None:
        """How attention rounds its operands; None: it does not, as in files older than the option.

        Raises:
            KeyError, TypeError, ValueError: a damaged config.
        """
        bits = self.config.get("attention_bits", 16)
        if bits == 16:
            return None
        return RoundedAttention(bits, self.config["attention_operands"], self.config["softmax_grid"])


def attach_record(model: DiT4SR, record: QuantizationRecord) -> None:
    """Remember how a quantized model came about."""
    object.__setattr__(model, "quantization_record", record)


def quantization_record(model: nn.Module) -> QuantizationRecord | None:
    """How a quantized model came about; None for full precision."""
    record = getattr(model, "quantization_record", None)
    return record if isinstance(record, QuantizationRecord) else None
