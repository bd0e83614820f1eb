"""The search finds commands by what people call them, best first."""

import pytest
from PySide6.QtWidgets import QMainWindow

from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.action_set import ActionSet
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.palette import CommandPalette, matches
from qdit4sr_gui.commands.registry import Registry


@pytest.fixture
def found(studio, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = ActionSet(Registry(commands_in(menus)), studio, window)
    actions.refresh()
    palette = CommandPalette(actions, window)

    def search(query):
        palette.search.setText(query)
        return [str(command.id) for command in palette._shown]

    search.window = window
    return search


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("flick", {"blink", "auto_blink"}),
        ("flicker", {"blink", "auto_blink"}),
        ("swap", {"blink", "auto_blink"}),
        ("split", {"wipe"}),
        ("diff", {"difference"}),
        ("undo", {"undo"}),
        ("language", {"preferences"}),
        ("theme", {"preferences"}),
        ("zoom", {"zoom_in", "zoom_out"}),
        ("compare", {"grid", "wipe", "blink", "difference"}),
        ("crop", {"crop_photo"}),
        ("zi", {"zoom_in"}),
        ("only part", {"crop_photo"}),
        ("exit", {"quit"}),
    ],
)
def test_the_first_found_is_what_was_meant(found, query, first):
    assert found(query)[0] in first


def test_zoom_and_compare_find_all_their_kin(found):
    assert {"zoom_in", "zoom_out", "fit", "zoom_100", "zoom_200", "loupe"} <= set(found("zoom"))
    assert {"grid", "wipe", "blink", "difference", "auto_blink"} <= set(found("compare"))


def test_letters_scattered_over_words_find_nothing():
    assert matches("flick", "File Remove photo") is None
    assert matches("flick", "Difference: where results differ; click") is None
    assert matches("remp", "Remove photo") is not None
    assert matches("rp", "Remove photo") > matches("move", "Remove photo") > matches("photo", "Remove photo")
    assert matches("photo rem", "Remove photo") < matches("hoto", "Remove photo")
    assert matches("", "anything") == 0
    assert matches("片", "照片") == 0
    assert matches("zo" * 10_000, "Zoom in zo zo zo") is None  # pasted by mistake


@pytest.mark.parametrize("name", ["Undo", "run", "Show ground truth", "Add methods and widths"])
def test_a_command_that_is_named_comes_first_though_it_cannot_be_used_now(found, name):
    window_commands = {c.plain_text.lower().rstrip("…"): str(c.id) for c in commands_in(menus)}
    assert found(name)[0] == window_commands[name.lower()]
