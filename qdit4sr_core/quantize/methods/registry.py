"""The quantization methods that there are: each registers itself from the one file it lives in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ...method_names import DeclaredMethod, declare_method
from .base import Layer, LayerSettings, MethodConfig, Plan, uniform_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..calibration.statistics import Calibration
    from ..layer.linear import QuantizedLinear
    from ..targets import LayerSource

ConfigT = TypeVar("ConfigT", bound=MethodConfig)
ConfigIn = TypeVar("ConfigIn", bound=MethodConfig, contravariant=True)


class PlanRule(Protocol[ConfigIn]):
    """Decides the settings of all layers of a model of a given width at once."""

    def __call__(
        self,
        config: ConfigIn,
        sources: Sequence[LayerSource],
        width: int,
        calibration: Calibration | None,
        /,
    ) -> Plan:
        """Settings by layer name. Raises `VariantError` when the configuration cannot be met."""
        ...


class LayerRule(Protocol[ConfigIn]):
    """Quantizes one layer by what the plan decided for it."""

    def __call__(self, config: ConfigIn, layer: Layer, settings: LayerSettings, /) -> QuantizedLinear:
        """The layer that takes the place of `layer`."""
        ...


@dataclass(frozen=True)
class MethodSpec(Generic[ConfigT]):
    """A method in the registry."""

    name: str
    label: str
    """For tables and panes; says what was simplified against the publication."""
    config_class: type[ConfigT]
    plan: PlanRule[ConfigT]
    quantize_layer: LayerRule[ConfigT]
    needs_calibration: bool = False
    """Whether the default configuration needs statistics from images."""
    calibrated: Callable[[ConfigT], bool] | None = None
    """Whether a given configuration needs them, where that depends on it."""
    learns: bool = False
    """Whether its rule descends on a layer's error, so long that finished layers are worth keeping."""
    needs_sensitivity: bool = False
    """Whether the statistics must tell how the final latent depends on each layer, which takes longer."""
    summary: str = ""
    order: int = DeclaredMethod.order
    """Where lists show it: the simplest methods first, the paper's last."""

    def wants_calibration(self, config: ConfigT) -> bool:
        """Whether `config` cannot be applied without a calibration."""
        return self.needs_calibration if self.calibrated is None else self.calibrated(config)


METHODS: dict[str, MethodSpec[Any]] = {}
"""Every method by name, in the order tables list them."""


def method(
    config_class: type[ConfigT],
    *,
    name: str,
    label: str,
    plan: PlanRule[ConfigT] = uniform_plan,
    needs_calibration: bool = False,
    calibrated: Callable[[ConfigT], bool] | None = None,
    learns: bool = False,
    needs_sensitivity: bool = False,
    summary: str = "",
    order: int = DeclaredMethod.order,
    simulated_ratio: float = DeclaredMethod.simulated_ratio,
    kernel_ratio: float = DeclaredMethod.kernel_ratio,
    quantizing_cells: float = DeclaredMethod.quantizing_cells,
) -> Callable[[LayerRule[ConfigT]], LayerRule[ConfigT]]:
    """Register the decorated rule as a method.

    `name`, `label`, `order` and the usual costs (see `DeclaredMethod`) must be literals: they are also read
    from the source, by `method_names`, where torch must not be loaded.

    Raises:
        ValueError: another method has the name or the configuration class.
    """

    def register(rule: LayerRule[ConfigT]) -> LayerRule[ConfigT]:
        if name in METHODS or any(spec.config_class is config_class for spec in METHODS.values()):
            raise ValueError(f"A method {name!r} or configured by {config_class.__name__} exists already.")
        METHODS[name] = MethodSpec(
            name,
            label,
            config_class,
            plan,
            rule,
            needs_calibration,
            calibrated,
            learns,
            needs_sensitivity,
            summary,
            order,
        )
        in_order = sorted(METHODS.items(), key=lambda item: (item[1].order, item[0]))
        METHODS.clear()
        METHODS.update(in_order)
        declare_method(DeclaredMethod(name, label, order, simulated_ratio, kernel_ratio, quantizing_cells))
        return rule

    return register


def method_of(config: MethodConfig) -> MethodSpec[Any]:
    """The method a config belongs to. Raises KeyError for a class that is not registered."""
    for spec in METHODS.values():
        if spec.config_class is type(config):
            return spec
    raise KeyError(type(config))


def needs_calibration(config: MethodConfig) -> bool:
    """Whether `config` cannot be applied without a calibration."""
    return method_of(config).wants_calibration(config)


def needs_sensitivity(config: MethodConfig) -> bool:
    """Whether the calibration of `config` must measure sensitivities."""
    return method_of(config).needs_sensitivity
