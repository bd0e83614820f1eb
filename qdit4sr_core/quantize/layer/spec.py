"""What a quantized linear is, without its tensors."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from .activations import ActivationSpec
from .rotation import RotationKind, padded_width

TENSOR_NAMES = (
    "packed",
    "scale",
    "zero",
    "bias",
    "smooth",
    "shift",
    "transform",
    "across",
    "global_up",
    "global_down",
    "local_up",
    "local_down",
)
"""Every tensor a quantized layer may store; those it does not use are absent."""


@dataclass(frozen=True)
class LinearSpec:
    """All of a quantized linear but its tensors."""

    in_features: int
    out_features: int
    weight_bits: int
    activation: ActivationSpec
    weight_offset: float = 0.0
    """0.5 when weight codes stand for half-integers (mid-rise grid)."""
    rotation: RotationKind = "none"
    rotation_block: int | None = None

    @property
    def columns(self) -> int:
        """Columns of the codes: the input's channels behind the rotation, zeros included."""
        return padded_width(self.rotation, self.in_features, self.rotation_block)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary that `from_dict` reads back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> LinearSpec:
        """Read `to_dict`'s dictionary. Raises TypeError, KeyError or ValueError for one that is not."""
        activation = dict(values["activation"])
        if activation.get("schedule") is not None:
            activation["schedule"] = tuple(int(b) for b in activation["schedule"])
        if activation.get("ranges") is not None:
            activation["ranges"] = tuple((float(low), float(high)) for low, high in activation["ranges"])
        return cls(**{**values, "activation": ActivationSpec(**activation)})
