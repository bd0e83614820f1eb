"""How long a run will take and what memory it needs, from what this machine has measured before."""

from .estimate import Estimate, Task, estimate
from .rates import Rates, rates_file, rates_key
from .run_clock import RunClock
from .typical import Statistics
from .work import ModelShape, PhotoWork, model_shape, photo_work

__all__ = [
    "Estimate",
    "ModelShape",
    "PhotoWork",
    "Rates",
    "RunClock",
    "Statistics",
    "Task",
    "estimate",
    "model_shape",
    "photo_work",
    "rates_file",
    "rates_key",
]
