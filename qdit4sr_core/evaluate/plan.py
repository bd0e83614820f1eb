"""What an evaluation does, in a form that can be compared, stored and sent to another process."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from ..setting_words import DEFAULT_METRICS


@dataclass(frozen=True)
class EvaluationPlan:
    """Everything that determines the numbers, apart from the photos and the model's weights."""

    variants: tuple[str, ...]
    """Canonical keys in the grammar of `quantize.variants`; full precision runs even if it is not named."""
    metrics: tuple[str, ...] = DEFAULT_METRICS
    border: int = 0
    """Pixels left out at each side of the output before anything is measured."""
    seed: int = 0
    sampling: dict[str, Any] = field(default_factory=dict)
    """Overrides of the model's sampling settings, such as `{"steps": 10}`."""
    engine: str = "auto"
    """How quantized layers are executed, a name of `engine_names.ENGINES`."""
    crop: int = 96
    """Side in output pixels of the square in which the worst texture loss is shown."""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; equal plans give equal dictionaries."""
        values = dataclasses.asdict(self)
        return values | {"variants": list(self.variants), "metrics": list(self.metrics)}
