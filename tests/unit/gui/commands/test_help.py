"""What the help menu says."""

from types import SimpleNamespace

from qdit4sr_core.engines import kernel
from qdit4sr_gui.commands.menus.help import about


def test_about_says_which_kernel_runs_here() -> None:
    said: list[str] = []
    about.run(SimpleNamespace(ask=SimpleNamespace(say=said.append)))  # type: ignore[arg-type]
    (sentence,) = said
    assert kernel.describe() in sentence
