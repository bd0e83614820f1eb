"""What is said where no blocks are drawn."""

import numpy as np
import pytest

from qdit4sr_gui.panels.block_energy_view import BlockEnergyView


@pytest.mark.parametrize(
    ("energy", "words"),
    [
        (None, ""),
        (np.zeros((0, 0)), "This layer has no local blocks"),
        (np.full((2, 3), 0.1), "2×3 local blocks hold 60.0 % of the energy"),
    ],
)
def test_a_layer_without_blocks_is_not_no_layer(qtbot, energy, words):
    view = BlockEnergyView()
    qtbot.addWidget(view)
    view.show_energy(energy)
    assert view._words() == words
    view.grab()
