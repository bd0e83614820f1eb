"""Finding and loading the compiled kernel, and which of its builds runs on this processor."""

from __future__ import annotations

import ctypes
import functools
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import SettingsError
from .interface import declare

STEM = "_kernel"
"""The compiled file beside this one: `_kernel.so`, `.dylib` or `.dll`, made when the package is installed."""
SUFFIXES = (".so", ".dylib", ".dll")
CHOICE = "QDIT4SR_KERNEL"
"""Environment variable: a build to use instead of the best one, `off`, or the path of another library."""

_log = logging.getLogger(__name__)


def library() -> ctypes.CDLL | None:
    """The kernel, or None where there is none."""
    return _loaded()[0]


@functools.cache
def _loaded() -> tuple[ctypes.CDLL | None, str]:
    """The kernel, loaded once, or why there is none in a few words."""
    wanted = os.environ.get(CHOICE, "")
    if wanted.lower() == "off":
        return None, f"switched off by {CHOICE}"
    elsewhere = Path(wanted) if wanted.endswith(SUFFIXES) else None
    places = [elsewhere] if elsewhere else [Path(__file__).parent / f"{STEM}{suffix}" for suffix in SUFFIXES]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return None, f"no file {elsewhere}" if elsewhere else "not compiled, which takes a C++ compiler"
    try:
        loaded = ctypes.CDLL(str(path))
        declare(loaded)
    except (OSError, AttributeError) as error:
        _log.warning("the compiled kernel %s cannot be used: %s", path.name, error)
        return None, f"{path.name} cannot be loaded ({error})"
    if wanted and elsewhere is None:
        _choose(loaded, wanted)
    return loaded, ""


def openmp_of_torch() -> int | None:
    """The address of GOMP_parallel in torch's OpenMP runtime, None where there is none (macOS, Windows).

    Work on torch's own threads: threads beside them would wait for the cores on which those spin.
    """
    import torch

    path = Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"
    try:
        function = ctypes.CDLL(str(path)).GOMP_parallel  # looked up in the libraries that this one needs, too
    except (OSError, AttributeError):
        return None
    return ctypes.cast(function, ctypes.c_void_p).value


def available() -> bool:
    """Whether the kernel can be called."""
    return library() is not None


def fast() -> bool:
    """Whether a build for this processor's vector instructions is in use, not the portable one."""
    return available() and chosen_build() != "portable"


def needed() -> ctypes.CDLL:
    """The kernel. Raises `SettingsError` where there is none."""
    loaded, why = _loaded()
    if loaded is None:
        raise SettingsError(
            f"The kernel engine is missing here: {why}. Choose the engine auto, int8 or reference."
        )
    _join_torch()
    return loaded


@functools.cache
def _join_torch() -> None:
    loaded = library()
    assert loaded is not None
    loaded.qd_use_openmp(openmp_of_torch())


def builds() -> dict[str, bool]:
    """Names of the builds in the library, best first, and whether each runs here."""
    loaded = library()
    if loaded is None:
        return {}
    count = loaded.qd_builds()
    return {loaded.qd_build_name(i).decode(): bool(loaded.qd_build_runs(i)) for i in range(count)}


def chosen_build() -> str:
    """The build in use; empty without a kernel."""
    loaded = library()
    return "" if loaded is None else str(loaded.qd_chosen().decode())


def describe() -> str:
    """One phrase for reports: the build in use, or why there is none."""
    loaded, why = _loaded()
    if loaded is None:
        return why
    return f"{chosen_build()} (processor: {loaded.qd_processor().decode()})"


@contextmanager
def using_build(name: str) -> Iterator[None]:
    """Run a block with another build, for tests and benchmarks; every thread of the process gets it."""
    loaded = needed()
    before = chosen_build()
    _choose(loaded, name)
    try:
        yield
    finally:
        _choose(loaded, before)


def _choose(loaded: ctypes.CDLL, name: str) -> None:
    names = [loaded.qd_build_name(i).decode() for i in range(loaded.qd_builds())]
    wanted = [i for i, known in enumerate(names) if known.lower() == name.lower()]
    if not wanted or not loaded.qd_choose(wanted[0]):
        raise SettingsError(
            f"The kernel has no build {name!r} for this processor; it has: {', '.join(names)}."
        )
