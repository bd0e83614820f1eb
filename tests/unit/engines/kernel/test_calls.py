"""What a call leaves behind: nothing. And how it shares its work."""

import copy
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from qdit4sr_core.engines import kernel
from qdit4sr_core.engines.kernel.library import needed, openmp_of_torch
from qdit4sr_core.process_memory import anonymous_bytes

from .layers import for_kernel, layer, random

ROOT = Path(__file__).parents[4]


def _printed(code: str) -> list[str]:
    """The words that a fresh process prints."""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return found.stdout.split()


def test_layers_on_one_input_share_its_preparation() -> None:
    first, second, third = layer(64, 40), layer(64, 70), layer(64, 33, bits=6)
    x = random(3, 11, 64)
    apart = [for_kernel(one)(x) for one in (first, second, third)]
    together = first.together([first, second, third], x)
    assert all(torch.equal(a, b) for a, b in zip(apart, together, strict=True))


def test_layers_of_other_kinds_are_called_one_by_one() -> None:
    quantized, smooth, plain = layer(64, 40), layer(64, 40, full=True), torch.nn.Linear(64, 8)
    x = random(4, 64)
    for one in (quantized, smooth):
        one.set_engine("kernel")
    outputs = quantized.together([quantized, smooth, plain], x)
    assert all(torch.equal(y, one(x)) for y, one in zip(outputs, (quantized, smooth, plain), strict=True))


@pytest.mark.parametrize(("rows", "width"), [(1, 192), (30, 192), (301, 192), (301, 6144)])
@pytest.mark.parametrize("own", [False, True])
def test_threads_change_nothing(rows, width, own) -> None:
    one, x = for_kernel(layer(width, 200, full=True)), random(rows, width)
    before = torch.get_num_threads()
    try:
        needed().qd_use_openmp(None if own else openmp_of_torch())
        torch.set_num_threads(1)
        alone = one(x)
        for threads in (2, 3, 4):
            torch.set_num_threads(threads)
            assert all(torch.equal(one(x), alone) for _ in range(3))
    finally:
        torch.set_num_threads(before)
        needed().qd_use_openmp(openmp_of_torch())


@pytest.mark.skipif(sys.platform != "linux", reason="torch brings GOMP_parallel on Linux")
def test_the_kernel_works_on_torchs_threads() -> None:
    """Not on threads of its own: these would wait for the cores on which torch's spin."""
    code = (
        "import os, torch; from tests.unit.engines.kernel.layers import for_kernel, layer, random;"
        "torch.set_num_threads(3); a, b = random(400, 300), random(300, 300); a @ b;"
        "torch.exp(a.repeat(9, 9)); tasks = lambda: len(os.listdir('/proc/self/task'));"
        "one, x = for_kernel(layer(192, 200)), random(301, 192);"
        "before = tasks(); one(x); print(tasks() - before)"
    )
    assert _printed(code) == ["0"]


@pytest.mark.skipif(sys.platform != "linux", reason="torch brings GOMP_parallel on Linux")
def test_a_call_with_little_to_do_ends_no_thread_of_torch() -> None:
    """The runtime ends threads that a smaller team does not need; torch would have to start them again."""
    code = (
        "import os, torch; from tests.unit.engines.kernel.layers import for_kernel, layer, random;"
        "torch.set_num_threads(4); a = random(900, 900); torch.exp(a); one = for_kernel(layer(192, 128));"
        "threads = lambda: set(os.listdir('/proc/self/task')); before = threads();"
        "one(random(30, 192)); torch.exp(a); print(len(before) > 3, threads() == before)"
    )
    assert _printed(code) == ["True", "True"]


def test_two_python_threads_at_once() -> None:
    layers = [for_kernel(layer(192, 96, full=True)), for_kernel(layer(64, 40))]
    inputs = [random(100, 192), random(100, 64)]
    expected = [one(x) for one, x in zip(layers, inputs, strict=True)]
    wrong: list[int] = []

    def work(i: int) -> None:
        wrong.extend(i for _ in range(50) if not torch.equal(layers[i](inputs[i]), expected[i]))

    threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1, 0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_ten_thousand_calls_keep_no_memory() -> None:
    one, x = for_kernel(layer(64, 64)), random(24, 64)
    for _ in range(500):
        one(x)
    before = anonymous_bytes()
    for _ in range(10_000):
        one(x)
    assert anonymous_bytes() - before < 2_000_000


def test_small_numbers_stay_small_numbers() -> None:
    """A library linked for fast mathematics would flush denormal numbers to zero in the whole process."""
    for_kernel(layer(64, 40))(random(3, 64))
    tiny = torch.tensor([1e-40])
    assert float(tiny * 0.5) != 0
    assert not torch.equal(tiny.mul(0.5), torch.zeros(1))


def test_packed_codes_are_held_once_and_come_back() -> None:
    quantized = layer(192, 128, full=True)
    packed, x = quantized.packed.clone(), random(3, 192)
    for_kernel(quantized)
    assert quantized._packed is None
    codes = quantized._kernel_form.operands
    assert codes.code_bytes * 2 == 192 * 128
    assert torch.equal(quantized.packed, packed)
    output = quantized(x)
    for copied in (copy.deepcopy(quantized), pickle.loads(pickle.dumps(quantized))):
        assert torch.equal(copied(x), output)
        assert torch.equal(copied.packed, packed)
    quantized.set_engine("reference")
    assert torch.equal(quantized._packed, packed)


def test_gradients_are_not_lost_in_silence() -> None:
    quantized = layer(64, 40)
    quantized.set_engine("kernel")
    x = random(3, 64).requires_grad_()
    assert quantized(x).requires_grad


def test_the_choice_of_a_build_is_checked() -> None:
    from qdit4sr_core.errors import SettingsError

    with pytest.raises(SettingsError, match="no build 'MMX'"), kernel.using_build("MMX"):
        pass
    assert kernel.chosen_build() in kernel.builds()
