"""The window names variants before torch is there exactly as the registry does afterwards."""

import pytest

from qdit4sr_core.method_names import _in_source, _registered, method_names
from qdit4sr_core.quantize.artifact.format import save_artifact
from qdit4sr_core.quantize.methods import METHODS
from qdit4sr_core.quantize.variants import method_variant, parse_variant
from qdit4sr_core.variant_text import label_of, read_variant
from qdit4sr_gui.state.method_catalogue import STARTING_CATALOGUE
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.work.method_descriptions import describe_methods


def test_the_source_declares_the_methods_as_the_registry_does():
    assert _in_source() == _registered
    declared = {m.name: (m.label, m.order) for m in _registered.values()}
    assert declared == {m.name: (m.label, m.order) for m in METHODS.values()}
    assert [m.name for m in method_names()] == list(METHODS)


@pytest.mark.parametrize("name", METHODS)
def test_labels_of_the_window_are_the_registrys(name):
    variant = method_variant(METHODS[name].config_class())
    assert Workspace().label(variant.key) == variant.label
    assert read_variant(variant.key).file_stem == variant.file_stem


def test_the_windows_first_list_is_the_registrys():
    assert [(e.name, e.label) for e in STARTING_CATALOGUE.methods] == [
        (e.name, e.label) for e in describe_methods().methods
    ]


def test_an_artifact_is_named_by_what_it_holds(tmp_path, tiny_model):
    from qdit4sr_core.quantize import quantize
    from qdit4sr_core.quantize.methods.rtn import RTN

    path = tmp_path / "small.safetensors"
    save_artifact(quantize(tiny_model.transformer, RTN(4, 8)), path)
    assert parse_variant(str(path)).label == label_of(f"artifact:{path}") == "RTN W4A8 (small)"
