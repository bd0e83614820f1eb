"""Results are kept by content: photo, variant, model and settings."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from qdit4sr_core.images import LoadedImage
from qdit4sr_gui.state.result_store import ResultStore
from qdit4sr_gui.state.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Result:
    pixels: Any = None
    error: str | None = None


def image(digest="aa"):
    return LoadedImage(np.zeros((4, 4, 3), np.uint8), sha256=digest)


def workspace_with(*specs):
    workspace = Workspace(specs=specs, model_hash="model", settings={"steps": 3})
    return workspace, workspace.add(image(), "photo.png")


def keep(workspace, photo, spec, value=1, error=None):
    pixels = None if error else np.full((16, 16, 3), value, np.uint8)
    workspace.keep(photo, spec, Result(pixels, error), "model", {"steps": 3})


def test_only_what_is_missing_is_run():
    workspace, photo = workspace_with("fp", "rtn-w4a4")
    keep(workspace, photo, "fp")
    assert workspace.missing(photo) == ("rtn-w4a4",)
    assert workspace.done(photo) == 1


def test_a_failed_variant_is_missing_but_its_error_is_kept():
    workspace, photo = workspace_with("fp")
    keep(workspace, photo, "fp", error="broken")
    assert workspace.missing(photo) == ("fp",)
    assert workspace.result(photo, "fp").error == "broken"


def test_other_settings_or_another_model_make_results_missing():
    workspace, photo = workspace_with("fp")
    keep(workspace, photo, "fp")
    workspace.settings = {"steps": 4}
    assert workspace.missing(photo) == ("fp",)
    workspace.settings = {"steps": 3}
    assert workspace.missing(photo) == ()
    workspace.model_hash = "other"
    assert workspace.missing(photo) == ("fp",)


def test_pixels_are_the_same_array_while_somebody_holds_them(tmp_path):
    workspace, photo = workspace_with("a", "b", "c")
    workspace.store = ResultStore(budget=1, parent_folder=tmp_path)
    for number, spec in enumerate(workspace.specs):
        keep(workspace, photo, spec, number)
    held = workspace.pixels(photo, "a")
    assert held[0, 0, 0] == 0
    workspace.pixels(photo, "b")
    workspace.pixels(photo, "c")
    assert workspace.pixels(photo, "a") is held
    workspace.close()
    assert list(tmp_path.iterdir()) == []


def test_forgetting_drops_one_photo_only():
    workspace, photo = workspace_with("fp")
    other = workspace.add(image("bb"), "other.png")
    keep(workspace, photo, "fp")
    keep(workspace, other, "fp")
    workspace.forget_results(photo)
    assert workspace.missing(photo) == ("fp",)
    assert workspace.missing(other) == ()


def test_the_same_photo_is_not_listed_twice_and_removal_moves_on():
    workspace, photo = workspace_with("fp")
    assert workspace.add(image(), "photo.png") is photo
    other = workspace.add(image("bb"), "other.png")
    assert workspace.current == other.key
    workspace.remove(other.key)
    assert workspace.current == photo.key
    workspace.remove(photo.key)
    assert workspace.photo() is None


def test_many_changes_are_told_once():
    workspace = Workspace()
    told = []
    workspace.photos_changed.connect(lambda: told.append("photos"))
    workspace.current_changed.connect(told.append)
    with workspace.together():
        for number in range(5):
            workspace.add(LoadedImage(np.zeros((8, 8, 3), np.uint8), sha256=str(number)), f"{number}.png")
    last = workspace.photos[-1].key
    assert told == ["photos", last]
    with workspace.together():
        workspace.select(workspace.photos[0].key)
        workspace.select(last)
    assert told == ["photos", last]
    with workspace.together():
        workspace.set_reference(last, LoadedImage(np.zeros((32, 32, 3), np.uint8), sha256="truth"))
    assert told == ["photos", last, "photos"]


def test_a_variant_is_ticked_once():
    workspace = Workspace()
    workspace.tick(("fp", "rtn-w4a4", "rtn-w4a4", "fp"))
    assert workspace.specs == ("fp", "rtn-w4a4")


def test_a_frozen_workspace_stays_as_it_was():
    workspace, photo = workspace_with("a", "b")
    keep(workspace, photo, "a", 1)
    frozen, made = workspace.frozen(), workspace.made()
    keep(workspace, photo, "a", 2)
    keep(workspace, photo, "b", 3)
    workspace.use_model(settings={"steps": 4})
    workspace.remove(photo.key)
    assert frozen.computed(photo) == ("a",)
    assert frozen.pixels(photo, "a")[0, 0, 0] == 1
    assert frozen.photos == [photo]
    assert made.items().isdisjoint(workspace.made().items())


def test_results_that_hold_now_are_told_from_all_that_were_made():
    workspace, photo = workspace_with("a")
    keep(workspace, photo, "a")
    keep(workspace, photo, "b")
    keep(workspace, photo, "c", error="broken")
    assert workspace.computed(photo) == ("a", "b", "c")
    assert {key.spec for key in workspace.valid()} == {"a", "b"}
    workspace.use_model(settings={"steps": 4})
    assert workspace.valid() == {}
    assert len(workspace.made()) == 2
    workspace.remove(photo.key)
    assert workspace.made() == {}
