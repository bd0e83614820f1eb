"""What an installed copy contains: every package is named, every resource travels with it."""

import runpy
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import setuptools

ROOT = Path(__file__).resolve().parents[2]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def setuptools_table() -> dict[str, object]:
    return project()["tool"]["setuptools"]


@pytest.fixture
def packaging(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `setup.py` hands to setuptools."""
    handed: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", handed.update)
    monkeypatch.chdir(ROOT)
    runpy.run_path("setup.py", run_name="__main__")
    return handed


def test_every_package_is_installed(packaging):
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("qdit4sr_core", "qdit4sr_gui")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(packaging["packages"]) == found | {"qdit4sr_resources"}


def test_every_folder_with_code_is_a_package():
    for top in ("qdit4sr_core", "qdit4sr_gui"):
        for path in (ROOT / top).rglob("*.py"):
            assert (path.parent / "__init__.py").is_file(), f"{path.parent} has no __init__.py"


def test_resources_are_data_of_a_package(setuptools_table, packaging):
    assert packaging["package_dir"]["qdit4sr_resources"] == "resources"
    patterns = setuptools_table["package-data"]["qdit4sr_resources"]
    inside = [p for p in (ROOT / "resources").rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    matched = {path for pattern in patterns for path in (ROOT / "resources").glob(pattern)}
    assert set(inside) <= matched


def test_resources_are_found_through_the_package():
    resources = files("qdit4sr_resources")
    samples = [entry.name for entry in (resources / "samples").iterdir()]
    assert {"raccoon", "letters", "chelsea", "coffee", "astronaut"} <= {
        name.split(".")[0].split("_")[0] for name in samples
    }


def test_typed_markers_are_installed(setuptools_table):
    for top in ("qdit4sr_core", "qdit4sr_gui"):
        assert (ROOT / top / "py.typed").is_file()
        assert "py.typed" in setuptools_table["package-data"][top]


def test_the_ground_floor_is_named_alike_in_both_contracts():
    contracts = {c["name"]: c for c in project()["tool"]["importlinter"]["contracts"]}
    floors = contracts["Lower rooms of the core never import higher ones"]["layers"]
    ground = {room.strip() for floor in floors[floors.index("metrics") + 1 :] for room in floor.split("|")}
    kept = contracts["The ground floor loads neither torch nor Qt"]["source_modules"]
    assert {name.removeprefix("qdit4sr_core.") for name in kept} == ground
