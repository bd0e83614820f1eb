"""The table of Gaussian grids against numerical integration."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from qdit4sr_core.errors import VariantError
from qdit4sr_core.quantize.layer.grids import gaussian_grid


def _error(step: float, levels: np.ndarray) -> float:
    """E[(x - Q(x))^2] by the trapezoid rule."""
    x = np.linspace(-9, 9, 400_001)
    values = levels * step
    nearest = values[np.clip(np.round((x - values[0]) / step), 0, len(values) - 1).astype(int)]
    return float(np.trapezoid((x - nearest) ** 2 * norm.pdf(x), x))


@pytest.mark.parametrize("kind", ["midrise", "midtread"])
@pytest.mark.parametrize("bits", range(2, 9))
def test_table_is_the_optimum(kind: str, bits: int) -> None:
    grid = gaussian_grid(bits, kind)
    levels = np.arange(grid.lowest, grid.highest + 1) + grid.offset
    assert len(levels) == (2**bits if kind == "midrise" else 2**bits - 1)
    best = minimize_scalar(
        lambda step: _error(step, levels),
        bounds=(0.6 * grid.step, 1.6 * grid.step),
        method="bounded",
        options={"xatol": 1e-6},
    )
    assert grid.step == pytest.approx(best.x, rel=2e-3)
    assert grid.kappa == pytest.approx(best.fun, rel=1e-3)


def test_published_values() -> None:
    assert gaussian_grid(4, "midrise").clip == pytest.approx(2.680, abs=2e-3)
    assert gaussian_grid(4, "midtread").clip == pytest.approx(2.475, abs=2e-3)
    assert gaussian_grid(6, "midrise").kappa == pytest.approx(0.001040, abs=1e-6)


def test_other_widths_are_refused() -> None:
    with pytest.raises(VariantError, match="2 to 8 bits"):
        gaussian_grid(9)
    with pytest.raises(VariantError, match="Unknown grid"):
        gaussian_grid(4, "round")  # type: ignore[arg-type]
