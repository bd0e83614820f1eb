"""The first hint says what the variants in use are."""

import pytest

from qdit4sr_core.variant_text import FIRST_LOOK
from qdit4sr_gui.window.first_run_hint import FirstRunHint, hint_text


@pytest.mark.parametrize(
    ("specs", "said"),
    [
        (FIRST_LOOK, "full-precision model and with 4-bit versions of it (3), then shows"),
        (("fp", "rtn-w3a3", "bicubic"), "with 3-bit versions of it (1), then shows"),
        (("fp", "rtn-w3a3", "rtn-w8a8"), "with quantized versions of it (2), then shows"),
        (("fp", "artifact:a.safetensors"), "with quantized versions of it (1), then shows"),
        (("fp", "bicubic"), "with every variant that is ticked at the left."),
        (("rtn-w4a4", "rtn-w8a8"), "with every variant that is ticked at the left."),
        ((), "with every variant that is ticked at the left."),
    ],
)
def test_the_hint_is_true_for_the_variants_ticked(specs, said):
    assert said in hint_text(specs)


def test_the_hint_follows_the_list(studio, qtbot):
    hint = FirstRunHint(studio.workspace, due=True)
    qtbot.addWidget(hint)
    for specs in (FIRST_LOOK, ("fp", "rtn-w8a8")):
        studio.workspace.tick(specs)
        assert hint.text.text() == hint_text(specs)
