"""The packages: found by their folders, and `resources/`, which is installed under a name of its own.

The native kernel is compiled where there is a C++ compiler; without one the package installs without it.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext

SOURCE = Path("qdit4sr_core/engines/kernel/source")
COMMON = ["threads", "memory", "pack", "dispatch", "portable"]
X86 = {
    "avx2": "-mavx2 -mfma",
    "avx_vnni": "-mavx2 -mfma -mavxvnni",
    "avx512": "-mavx2 -mfma -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni -mavx512bf16 "
    "-mprefer-vector-width=512",
}
ARM = {"arm": "-march=armv8.2-a+dotprod"}
"""Builds for instruction sets beyond the processor's base, and what a compiler must know for them."""
FLAGS = [
    "-O3",
    "-std=c++17",
    "-fPIC",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-strict-aliasing",
    "-fvisibility=hidden",
    "-Wno-psabi",
    "-Wno-ignored-attributes",
    "-Wno-unknown-pragmas",
]
"""Never -ffast-math: every build must round alike, and loading it would change the whole process."""


def find_compiler() -> str | None:
    """GCC or Clang: the sources use their vector extensions."""
    named = os.environ.get("CXX", "").split()
    return next(
        (path for name in (*named[:1], "g++", "clang++", "c++") if (path := shutil.which(name))), None
    )


def compile_kernel(target: Path, work: Path) -> str:
    """Compile the shared library `target`; returns the names of the builds in it.

    Raises OSError or CalledProcessError with the compiler's words.
    """
    compiler = find_compiler()
    if compiler is None:
        raise OSError("no C++ compiler was found")
    work.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    extra = os.environ.get("CXXFLAGS", "").split()
    architectures = os.environ.get("ARCHFLAGS", "").split() if sys.platform == "darwin" else []

    def compiled(name: str, flags: list[str]) -> str:
        output = work / f"{name}.o"
        command = [compiler, *FLAGS, *extra, *architectures, *flags]
        command += ["-c", str(SOURCE / f"{name}.cpp"), "-o", str(output)]
        subprocess.run(command, check=True, stderr=subprocess.PIPE, text=True)
        return str(output)

    machine = os.environ.get("_PYTHON_HOST_PLATFORM", platform.machine()).lower()
    objects, defines = [], []
    beyond = X86 if machine.endswith(("x86_64", "amd64")) else {}
    if machine.endswith(("aarch64", "arm64")):
        beyond = ARM
    for name, flags in beyond.items():
        try:
            objects.append(compiled(name, flags.split()))
            defines.append(f"-DQD_WITH_{name.upper()}")
        except subprocess.CalledProcessError:
            print(f"The C++ compiler cannot make the kernel's build {name}; it is left out.")
    objects += [compiled(name, defines) for name in COMMON]
    link = ["-static"] if sys.platform == "win32" else ["-lpthread"]
    subprocess.run(
        [compiler, "-shared", *extra, *architectures, "-o", str(target), *objects, *link],
        check=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    return ", ".join(["portable", *(d.removeprefix("-DQD_WITH_").lower() for d in defines)])


class BuildKernel(build_ext):
    """Makes the library that ctypes loads: it knows nothing of Python, and may be absent."""

    def get_ext_filename(self, fullname: str) -> str:
        """`_kernel.so` whatever the Python: it is no extension module."""
        suffix = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
        return os.path.join(*fullname.split(".")) + suffix

    def build_extension(self, ext: Extension) -> None:
        """Compile, or say in one sentence why not."""
        try:
            builds = compile_kernel(Path(self.get_ext_fullpath(ext.name)), Path(self.build_temp) / "kernel")
        except (OSError, subprocess.CalledProcessError) as error:
            reason = str(getattr(error, "stderr", None) or error).strip().splitlines()[0]
            print(f"The kernel engine is left out ({reason}); quantized layers run on the other engines.")
            return
        print(f"The kernel engine was compiled ({builds}).")


if __name__ == "__main__":
    setup(
        packages=[*find_packages(include=["qdit4sr_core*", "qdit4sr_gui*"]), "qdit4sr_resources"],
        package_dir={"qdit4sr_resources": "resources"},
        ext_modules=[
            Extension(
                "qdit4sr_core.engines.kernel._kernel",
                sorted(str(path) for path in SOURCE.glob("*.cpp")),
                depends=sorted(str(path) for path in SOURCE.glob("*.h")),
                optional=True,
            )
        ],
        cmdclass={"build_ext": BuildKernel},
    )
