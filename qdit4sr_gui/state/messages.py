"""What the window and its worker tell each other: frozen messages that carry the number of their job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .model_choice import ModelChoice

if TYPE_CHECKING:
    from qdit4sr_core.compare import VariantResult
    from qdit4sr_core.forecast import ModelShape
    from qdit4sr_core.images import LoadedImage
    from qdit4sr_core.inspection import LayerSpectrum, ModelInspection
    from qdit4sr_core.progress import What

    from .method_catalogue import MethodCatalogue


@dataclass(frozen=True)
class RunRequest:
    """Run variants on one photo."""

    job: int
    photo: str
    """Key of the photo in the queue."""
    image: LoadedImage
    specs: tuple[str, ...]
    """Variants in the command line's grammar, e.g. "q-dit4sr-w4a4:vasmp=false"."""
    model: ModelChoice = field(default_factory=ModelChoice)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the model's sampling defaults."""
    threads: int = 1
    preview: bool = True


@dataclass(frozen=True)
class WarmUpRequest:
    """Import torch, load the model and describe the methods, so that the first run starts at once."""

    job: int
    model: ModelChoice = field(default_factory=ModelChoice)
    threads: int = 1


@dataclass(frozen=True)
class InspectRequest:
    """Measure the layers of one quantized variant against full precision on a photo."""

    job: int
    photo: str
    """Key of the photo in the queue."""
    image: LoadedImage
    spec: str
    layer: str = ""
    """Only the singular spectrum of this layer; empty for the measurement of all layers."""
    model: ModelChoice = field(default_factory=ModelChoice)
    settings: Mapping[str, Any] = field(default_factory=dict)
    threads: int = 1


Request = RunRequest | WarmUpRequest | InspectRequest


@dataclass(frozen=True)
class WarmedUp:
    """The worker is ready."""

    job: int
    model_name: str
    model_hash: str
    defaults: Mapping[str, Any]
    catalogue: MethodCatalogue
    device: str
    shape: ModelShape | None = None
    """What decides how much work a photo is."""


@dataclass(frozen=True)
class VariantStarted:
    """The worker begins with one variant of a run."""

    job: int
    spec: str
    label: str
    index: int
    count: int


@dataclass(frozen=True)
class RunProgress:
    """How far the current variant is and how long the whole run will still take."""

    job: int
    spec: str
    label: str
    done: int
    total: int
    what: What
    at: float = 0.0
    """When the worker was that far, by `time.monotonic`."""
    seconds_left: float | None = None
    """Of the whole run with everything that waits."""
    seconds_total: float | None = None
    photo: int = 1
    photos: int = 1
    """The running photo's number, and how many this run has."""
    variant: int = 1
    variants: int = 1
    """The same of the variants of all its photos."""
    share: float | None = None
    """Of the whole run, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Preview:
    """The decoded estimate of the running variant: uint8 (H, W, 3)."""

    job: int
    spec: str
    pixels: np.ndarray


@dataclass(frozen=True, eq=False)
class VariantFinished:
    """One variant has a result, or an error in it."""

    job: int
    spec: str
    result: VariantResult
    model_hash: str


@dataclass(frozen=True, eq=False)
class Inspected:
    """What the inspector asked for."""

    job: int
    spec: str
    model_hash: str
    inspection: ModelInspection | None = None
    spectrum: LayerSpectrum | None = None


@dataclass(frozen=True)
class JobEnded:
    """A job is over: all done, or stopped by the user."""

    job: int
    cancelled: bool = False


@dataclass(frozen=True)
class JobFailed:
    """A job stopped with an error: one sentence for the user, the details for a report."""

    job: int
    sentence: str
    details: str = ""


Report = (
    WarmedUp | VariantStarted | RunProgress | Preview | VariantFinished | Inspected | JobEnded | JobFailed
)
