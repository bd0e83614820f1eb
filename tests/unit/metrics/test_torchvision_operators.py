from types import SimpleNamespace

import pytest

from qdit4sr_core.metrics import torchvision_operators


class GrowsMeanwhile(dict):
    """Modules that another thread adds to: going through them fails, a copy does not."""

    def __iter__(self):
        raise RuntimeError("dictionary changed size during iteration")


@pytest.fixture
def half_imported(monkeypatch):
    """A torchvision whose first import fails for want of an operator, while another thread imports."""
    modules = GrowsMeanwhile({"torchvision": 1, "torchvision.ops": 2, "torch": 3, "torchvisionary": 4})
    tries = []

    def import_module(name):
        tries.append(name)
        if len(tries) == 1:
            raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(torchvision_operators, "sys", SimpleNamespace(modules=modules))
    monkeypatch.setattr(torchvision_operators, "importlib", SimpleNamespace(import_module=import_module))
    monkeypatch.setattr(torchvision_operators, "_declare", lambda name: None)
    return modules


def test_a_missing_operator_is_declared_while_other_threads_import(half_imported):
    assert torchvision_operators.import_torchvision() == ("nms",)
    assert sorted(half_imported.keys()) == ["torch", "torchvisionary"]
