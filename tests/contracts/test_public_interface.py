"""What `qdit4sr_core` offers by name, and the example of the README."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import qdit4sr_core

README = Path(__file__).resolve().parents[2] / "README.md"


def test_every_public_name_is_there_and_can_be_called():
    for name in qdit4sr_core.__all__:
        assert callable(getattr(qdit4sr_core, name)), name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = qdit4sr_core.nonsense


def test_importing_the_package_loads_neither_torch_nor_numpy():
    code = "import sys, qdit4sr_core; sys.exit(bool({'torch', 'numpy', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("first", ["import qdit4sr_core.compare, qdit4sr_core.quantize.apply", "pass"])
def test_compare_and_quantize_are_functions_whatever_was_imported_before(first):
    code = (
        f"{first}\nfrom qdit4sr_core import compare, quantize\n"
        "print(list(compare.__call__.__annotations__))\nquantize(None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "'variants'" in done.stdout
    assert "quantize() missing 1 required positional argument: 'config'" in done.stderr


def test_the_readmes_example_runs(tmp_path, monkeypatch):
    section = README.read_text(encoding="utf-8").split("## In Python")[1]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    assert len(found[1].strip().splitlines()) == 6
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 255, (24, 24, 3), np.uint8)
    Image.fromarray(pixels).save("photo.png")
    exec(compile(found[1], "README.md", "exec"), {})
    assert {path.name for path in tmp_path.glob("*.png")} == {"photo.png", "fp.png", "rtn-w4a4.png"}
