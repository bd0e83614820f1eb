"""What is made of one photo is offered under its name."""

import pytest

from qdit4sr_core.figures import FigureOptions

GIVEN = ("export_table", "export_view", "ask_save_session")


@pytest.mark.parametrize("shown", [0, 1])
def test_files_of_two_photos_never_share_an_offered_name(studio, fakes, shown):
    keys = [fakes.add_photo("cat.png"), fakes.add_photo("dog.jpg", seed=1)]
    studio.workspace.select(keys[shown])
    for ask in GIVEN:
        getattr(studio.exports, ask)()
    studio.exports.ask_figure_path(FigureOptions())
    studio.sharing.ask_animation()
    assert len(fakes.ask.offered) == len(GIVEN) + 2
    assert all(name.startswith(("cat", "dog")[shown]) for name in fakes.ask.offered)


def test_a_figure_of_several_photos_has_the_name_of_none(studio, fakes):
    fakes.add_photo("cat.png")
    studio.exports.ask_figure_path(FigureOptions(layout="photos"))
    assert fakes.ask.offered == ["comparison.png"]
