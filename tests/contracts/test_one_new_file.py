"""A new method, metric, command (of the terminal, of the window) and figure layout are one new file each."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import qdit4sr_core
import qdit4sr_gui

RECIPES = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
METHOD = """
from dataclasses import dataclass

from .base import MethodConfig
from .registry import method
from .rtn import RTN, quantize_layer as round_to_nearest


@dataclass(frozen=True)
class Fancy(MethodConfig):
    pass


@method(Fancy, name="fancy", label="Fancy", kernel_ratio=0.25)
def quantize_layer(config, layer, settings):
    return round_to_nearest(RTN(), layer, settings)
"""
METRIC = """
from ..registry import Metric, register

register(
    Metric("ones", "Ones", "one", True, True, (0, 1), engine="fast", compute=lambda image, reference: 1.0)
)
"""
COMMAND = """
HELP = "Say hello."


def add_arguments(parser):
    parser.add_argument("name")


def run(args):
    print(f"Hello {args.name}")
    return 0
"""
WINDOW_COMMAND = """
from qdit4sr_gui.commands.registry import CommandId, Menu, command


class HelloCommand(CommandId):
    HELLO = "hello"


@command(HelloCommand.HELLO, "Say &hello", Menu.HELP)
def hello(studio):
    studio.ask.say("Hello")
"""
LAYOUT = """
from ..layout import Layout
from .strip import strip_scene

LAYOUT = Layout(lambda c: strip_scene(c.panels[::-1], c.regions, c.options), needs_region=False)
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages' folders in which some files are new."""
    root = tmp_path_factory.mktemp("grown")
    (recipe,) = re.findall(r"```python\n(.*?)```", RECIPES, re.DOTALL)
    new = {
        "qdit4sr_core/quantize/methods/fancy.py": METHOD,
        "qdit4sr_core/quantize/methods/my_method.py": recipe,
        "qdit4sr_core/metrics/definitions/ones.py": METRIC,
        "qdit4sr_core/cli/commands/hello.py": COMMAND,
        "qdit4sr_core/figures/layouts/back_to_front.py": LAYOUT,
        "qdit4sr_gui/commands/menus/hello.py": WINDOW_COMMAND,
    }
    for source in (Path(package.__file__).parent for package in (qdit4sr_core, qdit4sr_gui)):
        for path in source.rglob("*.py"):
            target = root / source.name / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    for name, text in new.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def run(root: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_method_is_one_file(grown):
    code = (
        "from qdit4sr_core.variant_text import label_of; print(label_of('fancy-w4a4'))\n"
        "from qdit4sr_core.forecast.typical import run_ratio; print(run_ratio('fancy', kernel=True))\n"
        "assert 'torch' not in sys.modules\n"
        "from qdit4sr_core.quantize.variants import parse_variant; print(parse_variant('fancy-w3a8').label)\n"
        "from qdit4sr_core.quantize import quantize\n"
        "from qdit4sr_core.models.tiny import tiny_model\n"
        "from qdit4sr_core.quantize.record import quantization_record\n"
        "for name in ('fancy', 'my-method'):\n"
        "    config = parse_variant(name).config\n"
        "    print(quantization_record(quantize(tiny_model().transformer, config)).method)"
    )
    assert run(grown, code).splitlines() == ["Fancy W4A4", "0.25", "Fancy W3A8", "fancy", "my-method"]


def test_a_metric_is_one_file(grown):
    code = (
        "import numpy as np; from qdit4sr_core.metrics import compute_region\n"
        "x = np.zeros((8, 8, 3), np.uint8); print(compute_region(['Ones'], x, x)[0].text)"
    )
    assert run(grown, code) == "1.000"


def test_a_command_is_one_file(grown):
    code = "from qdit4sr_core.cli import main; main(['hello', 'you']); main(['--help'])"
    said = run(grown, code)
    assert said.startswith("Hello you")
    assert "Say hello." in said


def test_a_command_of_the_window_is_one_file(grown):
    code = (
        "from qdit4sr_gui.commands import menus; from qdit4sr_gui.commands.discovery import commands_in\n"
        "from qdit4sr_gui.commands.registry import Registry\n"
        "print(Registry(commands_in(menus))['hello'].plain_text)"
    )
    assert run(grown, code) == "Say hello"


def test_a_figure_layout_is_one_file(grown):
    code = (
        "import numpy as np\n"
        "from qdit4sr_core.figures import FigureOptions, Panel, comparison_figure\n"
        "from qdit4sr_core.figures.layout_names import LAYOUTS; print('back-to-front' in LAYOUTS)\n"
        "assert 'matplotlib' not in sys.modules\n"
        "panels = [Panel(name, np.full((32, 32, 3), grey, np.uint8)) for name, grey in zip('ab', (0, 99))]\n"
        "drawn = [comparison_figure(p, (), FigureOptions(layout=l, dpi=50)).encode('png')\n"
        "         for p, l in ((panels, 'back-to-front'), (panels[::-1], 'strip'))]\n"
        "print(drawn[0] == drawn[1])"
    )
    assert run(grown, code).splitlines() == ["True", "True"]
