"""What commands do, without a window and without patching Qt."""

import pytest
from PySide6.QtWidgets import QApplication

from qdit4sr_core.images import LoadedImage, save_png
from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.registry import Registry
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy

COMMANDS = Registry(commands_in(menus))


@pytest.fixture
def do(studio):
    def run(id):
        found = COMMANDS[id]
        assert found.enabled is None or found.enabled(studio), f"{id} cannot be used now"
        found.run(studio)

    return run


def usable(studio, id):
    found = COMMANDS[id]
    return found.enabled is None or found.enabled(studio)


@pytest.mark.parametrize("found", list(COMMANDS), ids=lambda found: found.id)
def test_every_command_says_when_it_can_be_used_in_an_empty_studio(studio, found):
    if found.checked is not None:
        assert isinstance(found.checked(studio), bool)
    assert found.enabled is None or isinstance(found.enabled(studio), bool)
    if found.enabled is None or found.enabled(studio):
        found.run(studio)  # with nobody choosing a file: nothing happens, nothing breaks


def test_photos_are_opened_from_the_files_chosen(studio, fakes, do, tmp_path):
    save_png(noisy(16, 16, 1), tmp_path / "a.png")
    fakes.ask.paths = [tmp_path / "a.png"]
    do("open")
    wait_until(lambda: studio.workspace.photos)
    assert studio.workspace.photo().name == "a.png"
    assert usable(studio, "run")
    do("remove_photo")
    assert studio.workspace.photos == []
    assert not usable(studio, "run")


def test_a_folder_of_results_and_a_quantized_file_are_offered_as_variants(studio, fakes, do, tmp_path):
    offered = []
    studio.workspace.variant_offered.connect(offered.append)
    fakes.ask.paths = [tmp_path / "theirs", tmp_path / "small.safetensors"]
    do("load_results")
    do("load_artifact")
    assert offered == [f"images:{tmp_path / 'theirs'}", f"artifact:{tmp_path / 'small.safetensors'}"]


def test_modes_and_blinking(studio, do):
    do("auto_blink")
    assert studio.view.mode == "blink"
    assert COMMANDS["auto_blink"].checked(studio)
    do("grid")
    assert not studio.view.blinking
    assert COMMANDS["grid"].checked(studio)
    assert not COMMANDS["blink"].checked(studio)


def test_the_input_can_be_hidden(studio, do):
    told = []
    studio.workspace.shown_changed.connect(lambda: told.append(studio.workspace.show_input))
    do("show_input")
    do("show_input")
    assert told == [False, True]


def test_regions_are_deleted_and_brought_back(studio, fakes, do):
    fakes.add_photo()
    studio.regions.add(0, 0, 20, 20)
    do("delete_region")
    assert not usable(studio, "delete_region")
    do("undo")
    assert len(studio.regions.regions) == 1
    do("redo")
    assert not studio.regions.regions


def test_the_frame_is_asked_for_what_is_its_own(studio, fakes, do, tmp_path):
    for id in ("full_screen", "reset_layout", "palette", "shortcuts", "preferences", "quit"):
        do(id)
    fakes.ask.paths = [tmp_path]
    do("open_model")
    assert fakes.shell.full_screen
    assert fakes.shell.done == [
        ("restore_panels",),
        ("search_commands",),
        ("list_keys",),
        ("edit_preferences",),
        ("quit",),
        ("edit_preferences", tmp_path),
    ]


def test_the_bundled_model_is_gone_back_to(studio, do, tmp_path):
    studio.preferences.change(model=str(tmp_path))
    do("bundled_model")
    assert studio.preferences.value.model == ""
    assert not usable(studio, "bundled_model")


def test_a_run_cancel_and_pause(studio, fakes, do):
    fakes.add_photo()
    do("pause")
    do("run")
    assert COMMANDS["pause"].checked(studio)
    assert studio.runs.running
    do("cancel")
    assert not studio.runs.running
    do("pause")
    do("run")
    wait_until(lambda: not studio.runs.busy)
    assert not usable(studio, "run")  # nothing is missing any more
    do("rerun")
    wait_until(lambda: not studio.runs.busy)
    assert usable(studio, "export_figure")


def test_a_grey_run_says_why(studio, fakes):
    from qdit4sr_gui.commands.menus.run import why_not_run

    assert why_not_run(studio) == "There is no photo yet."
    first, second = fakes.add_photo("a.png"), fakes.add_photo("b.png", seed=1)
    assert why_not_run(studio) == ""
    fakes.inference.going.clear()
    for photo in studio.workspace.photos:
        studio.runs.run(photo)
    wait_until(studio.runs.running_photo)
    studio.workspace.select(first)
    assert why_not_run(studio) == "This photo is being run."
    studio.workspace.select(second)
    assert why_not_run(studio) == "This photo waits for its turn."
    fakes.inference.going.set()
    wait_until(lambda: not studio.runs.busy)
    assert "are done" in why_not_run(studio)
    assert not usable(studio, "run")
    studio.workspace.tick(())
    assert why_not_run(studio) == "No variant is ticked."


def test_the_table_is_copied(studio, fakes, do):
    fakes.add_photo()
    do("run")
    wait_until(lambda: not studio.runs.busy)
    do("copy_table")
    assert QApplication.clipboard().text().startswith("Measured against full precision.")
    assert fakes.ask.said == ["The table is on the clipboard."]


def test_every_command_that_can_be_used_with_results_does_no_harm_when_no_file_is_chosen(studio, fakes, do):
    fakes.add_photo()
    studio.workspace.set_reference(studio.workspace.current, LoadedImage(noisy(64, 64, 9), sha256="truth"))
    studio.regions.add(0, 0, 40, 40)
    do("run")
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy)
    fakes.ask.confirms = False
    usable_now = [found for found in COMMANDS if usable(studio, found.id) and found.id != "paste"]
    assert len(usable_now) > len([found for found in COMMANDS if found.enabled is None])
    last = {"delete_region", "remove_photo", "remove_all", "undo", "redo"}
    for found in sorted(usable_now, key=lambda found: found.id in last):
        if found.enabled is None or found.enabled(studio):  # one may take the ground from another
            found.run(studio)
            assert fakes.ask.failed == [], found.id
            if found.checked is not None:
                assert isinstance(found.checked(studio), bool), found.id
    wait_until(lambda: not studio.runs.busy and not studio.measure.busy and not fakes.tasks.busy)
    assert fakes.ask.failed == []
