"""Undo goes back in the order in which edits were made, whatever they changed; redo goes forth in it."""

from qdit4sr_gui.commands.menus.edit import redo, undo
from qdit4sr_gui.state.removals import Removal


def take_out(studio, names, name):
    """Take a name out of a list, so that undo brings it back."""
    names.remove(name)
    studio.workspace.removals.add(Removal(lambda: names.append(name), lambda: names.remove(name)))


def test_removals_and_changes_of_regions_are_taken_back_and_done_again_in_their_order(studio):
    names = ["first", "second"]
    studio.regions.set_canvas(64, 64)

    def now():
        return sorted(names), len(studio.regions.regions)

    states = [now()]
    take_out(studio, names, "first")
    states.append(now())
    studio.regions.add(0, 0, 8, 8)
    states.append(now())
    take_out(studio, names, "second")
    states.append(now())
    for _ in range(2):
        for state in reversed(states[:-1]):
            undo.run(studio)
            assert now() == state
        undo.run(studio)  # nothing is left
        assert now() == states[0]
        for state in states[1:]:
            redo.run(studio)
            assert now() == state
        redo.run(studio)
        assert now() == states[-1]


def test_an_edit_ends_what_could_be_done_again(studio):
    names = ["first", "second"]
    studio.regions.set_canvas(64, 64)
    take_out(studio, names, "first")
    undo.run(studio)
    studio.regions.add(0, 0, 8, 8)
    redo.run(studio)
    assert names == ["second", "first"]
    undo.run(studio)
    take_out(studio, names, "second")
    redo.run(studio)
    assert studio.regions.regions == ()
    undo.run(studio)
    redo.run(studio)
    assert names == ["first"]
