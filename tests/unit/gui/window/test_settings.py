"""Preferences survive a restart, and a damaged value falls back to its default."""

import os
from dataclasses import fields, replace

import pytest
from PySide6.QtCore import QByteArray, QSettings

from qdit4sr_gui.state.preferences import Preferences
from qdit4sr_gui.state.presets import DEFAULT_PRESET
from qdit4sr_gui.window.settings import MAX_RECENT, SettingsStore


@pytest.fixture
def backend(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_preferences_come_back(backend):
    chosen = replace(
        Preferences(), device="cpu", threads=3, metrics=("psnr", "niqe"), theme="light", hint_seen=True
    )
    store = SettingsStore(backend)
    store.save_preferences(chosen)
    store.flush()
    again = QSettings(backend.fileName(), QSettings.Format.IniFormat)
    assert SettingsStore(again).preferences() == chosen


def test_a_damaged_value_is_the_default(backend):
    backend.setValue("preferences/threads", "many")
    backend.setValue("preferences/seed", 7)
    assert SettingsStore(backend).preferences() == replace(Preferences(), seed=7)


def test_recent_files_newest_first_without_those_that_are_gone(backend, tmp_path):
    store = SettingsStore(backend)
    paths = [tmp_path / f"{number}.png" for number in range(MAX_RECENT + 3)]
    for path in paths:
        path.touch()
        store.remember_file(path)
    store.remember_file(paths[5])
    paths[-1].unlink()
    recent = store.recent_files()
    assert recent[0] == paths[5]
    assert paths[-1] not in recent
    assert len(recent) == MAX_RECENT - 1


def test_only_what_differs_from_the_model_is_overridden():
    assert Preferences(seed=3).sampling_overrides() == {"seed": 3}
    assert Preferences(steps=8).sampling_overrides() == {"seed": 0, "steps": 8}


ODD = {
    "text": "\u202erubbish",
    "list": ["a", "b", 3],
    "map": {"a": 1},
    "bytes": QByteArray(b"\xff\x00\x01" * 200),
    "number": -(10**18),
    "infinite": float("inf"),
    "json": '[["name", 5], ["other", ["rtn-w4a4"]], null]',
}


@pytest.mark.parametrize("kind", ODD)
def test_values_of_any_type_are_read_or_count_as_absent(backend, kind):
    store = SettingsStore(backend)
    store.save_preferences(Preferences())
    names = ("recent", "sessions", "variants", "presets", "window/geometry", "window/state")
    for key in [*backend.allKeys(), *names]:
        backend.setValue(key, ODD[kind])
    for field in fields(Preferences):
        assert isinstance(getattr(store.preferences(), field.name), type(field.default))
    assert store.recent_files() == store.recent_sessions() == []
    assert all(isinstance(spec, str) for spec in store.variants())
    assert all(isinstance(preset.title, str) for preset in store.presets())
    assert store.last_folder()
    store.layout()


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
@pytest.mark.parametrize(
    "name", ["two\nlines", "a\u2028b", "form\ffeed", "next\x85line", "caf\udce9", "[1]", " a "]
)
def test_names_of_any_kind_come_back_one_for_one(tmp_path, name):
    file = str(tmp_path / "settings.ini")
    path = tmp_path / f"{name}.qdit4sr"
    path.write_text("a session")
    spec = f"images:{tmp_path}/{name}"
    store = SettingsStore(QSettings(file, QSettings.Format.IniFormat))
    store.remember_session(path)
    store.remember_file(path)
    store.save_variants((spec, "fp"))
    store.flush()
    later = SettingsStore(QSettings(file, QSettings.Format.IniFormat))
    assert later.recent_sessions() == later.recent_files() == [path]
    assert later.variants() == (spec, "fp")


def test_what_an_older_program_kept_in_lines_is_read(backend, tmp_path):
    path = tmp_path / "a.qdit4sr"
    path.write_text("a session")
    backend.setValue("sessions", f"{path}\n/gone/b.qdit4sr")
    backend.setValue("variants", "fp\nrtn-w4a4:group=64")
    store = SettingsStore(backend)
    assert store.recent_sessions() == [path]
    assert store.variants() == ("fp", "rtn-w4a4:group=64")


def test_variants_without_a_tick_stay_in_the_list(backend):
    store = SettingsStore(backend)
    store.save_variants(("fp", "rtn-w4a4"), ("fp", "svdquant-w4a4", "rtn-w4a4"))
    assert store.variants() == ("fp", "rtn-w4a4")
    assert store.listed_variants() == ("fp", "svdquant-w4a4", "rtn-w4a4")
    store.save_variants(DEFAULT_PRESET.specs[:2], DEFAULT_PRESET.specs)
    assert store.listed_variants() == DEFAULT_PRESET.specs
    store.save_variants(DEFAULT_PRESET.specs, DEFAULT_PRESET.specs)
    assert store.variants() == store.listed_variants() == ()


def test_a_list_that_lacks_a_ticked_variant_is_not_used(backend):
    store = SettingsStore(backend)
    store.save_variants(("fp", "rtn-w4a4"), ("rtn-w4a4",))
    assert store.listed_variants() == ("fp", "rtn-w4a4")


def test_files_are_saved_where_the_last_one_was_not_where_photos_lie(backend, tmp_path):
    opened, saved = tmp_path / "opened", tmp_path / "saved"
    for folder in (opened, saved):
        folder.mkdir()
    (opened / "a.png").touch()
    SettingsStore(backend).remember_file(opened / "a.png")
    assert SettingsStore(backend).saving_folder() == str(opened)
    SettingsStore(backend).remember_saving_folder(saved)
    assert SettingsStore(backend).saving_folder() == str(saved)
    assert SettingsStore(backend).last_folder() == str(opened)
    saved.rmdir()
    assert SettingsStore(backend).saving_folder() == str(opened)
