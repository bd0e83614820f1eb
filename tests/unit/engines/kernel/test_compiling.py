"""Installing without a compiler, or with one that knows little, leaves an installation that works."""

import subprocess
import sys
from pathlib import Path

import pytest

from qdit4sr_core.engines import kernel

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def _compiled() -> None:
    """These tests need no compiled kernel."""


def test_without_a_compiler_one_sentence_is_said(setup_file, monkeypatch, capsys, tmp_path) -> None:
    from setuptools import Distribution, Extension

    monkeypatch.setattr(setup_file, "find_compiler", lambda: None)
    command = setup_file.BuildKernel(Distribution())
    command.build_lib, command.build_temp = str(tmp_path), str(tmp_path / "work")
    command.ensure_finalized()
    command.build_extension(Extension("qdit4sr_core.engines.kernel._kernel", [], optional=True))
    said = capsys.readouterr().out.strip().splitlines()
    reason = "no C++ compiler was found"
    assert said == [f"The kernel engine is left out ({reason}); quantized layers run on the other engines."]
    assert not list(tmp_path.rglob("_kernel*"))


def test_the_sources_never_change_the_process_arithmetic(setup_file) -> None:
    words = " ".join([*setup_file.FLAGS, *setup_file.X86.values()])
    assert "fast-math" not in words
    assert "-Ofast" not in words
    assert "-ffp-contract=off" in words


def test_a_process_with_the_kernel_switched_off_still_computes() -> None:
    code = (
        "from qdit4sr_core.engines import kernel, check_engine\n"
        "from qdit4sr_core.errors import SettingsError\n"
        "assert not kernel.available() and kernel.describe() == 'switched off by QDIT4SR_KERNEL'\n"
        "import torch\n"
        "from qdit4sr_core.quantize.layer.activations import ActivationSpec\n"
        "from qdit4sr_core.quantize.layer.codes import encode_absmax\n"
        "from qdit4sr_core.quantize.layer.linear import QuantizedLinear\n"
        "layer = QuantizedLinear.build(encode_absmax(torch.randn(8, 16), 4), ActivationSpec('absmax', 4))\n"
        "layer.set_engine('auto')\n"
        "assert layer.engine == 'int8', layer.engine\n"
        "layer(torch.randn(3, 16))\n"
        "try:\n    check_engine('kernel')\nexcept SettingsError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"QDIT4SR_KERNEL": "off"}, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert "missing here: switched off by QDIT4SR_KERNEL. Choose the engine" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"), [(None, "no file {path}"), (b"no library", "_kernel.so cannot be loaded (")]
)
def test_why_there_is_no_kernel_is_said(content, said, tmp_path) -> None:
    path = tmp_path / "_kernel.so"
    if content is not None:
        path.write_bytes(content)
    code = "from qdit4sr_core.engines import kernel; print(kernel.available(), kernel.describe())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"QDIT4SR_KERNEL": str(path)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout.startswith("False " + said.format(path=path))


def test_the_library_names_its_builds() -> None:
    builds = kernel.builds()
    if not builds:
        pytest.skip("the native kernel was not compiled with this installation")
    assert builds["portable"]
    assert kernel.chosen_build() in kernel.describe()
