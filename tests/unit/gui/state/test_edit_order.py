"""Undo goes back in the order in which edits were made, whatever they changed."""

from qdit4sr_gui.commands.menus.edit import redo, undo


def test_the_later_of_a_removal_and_a_region_is_taken_back_first(studio):
    back = []
    studio.regions.set_canvas(64, 64)
    studio.workspace.removals.add(lambda: back.append("first"), "")
    studio.regions.add(0, 0, 8, 8)
    studio.workspace.removals.add(lambda: back.append("second"), "")
    undo.run(studio)
    assert back == ["second"]
    assert len(studio.regions.regions) == 1
    undo.run(studio)
    assert back == ["second"]
    assert studio.regions.regions == ()
    redo.run(studio)
    assert len(studio.regions.regions) == 1
    undo.run(studio)  # what was done again is the last edit
    assert (back, studio.regions.regions) == (["second"], ())
    undo.run(studio)
    assert back == ["second", "first"]
    undo.run(studio)  # nothing is left
    assert back == ["second", "first"]
