"""The C interface of the kernel (`source/kernel.h`) in ctypes' words; field for field the same."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_float, c_int, c_int32, c_int64, c_void_p

MAX_STAGES, PANEL, TILE, MAX_JOBS = 24, 64, 6, 8
GAUSSIAN, ABSMAX, MINMAX, STATIC, LEADING_ZERO = range(5)


class Stage(Structure):
    """One factor of a rotation: its size and the distance of its elements."""

    _fields_ = [("radix", c_int32), ("stride", c_int32)]


class Input(Structure):
    """Shift, multiplier and rotation of an input."""

    _fields_ = [
        ("width", c_int32),
        ("stages", c_int32),
        ("stage", Stage * MAX_STAGES),
        ("shift", c_void_p),
        ("multiplier", c_void_p),
    ]


class Rounder(Structure):
    """How rows become codes."""

    _fields_ = [
        ("kind", c_int32),
        ("groups", c_int32),
        ("step", c_float),
        ("lowest", c_int32),
        ("highest", c_int32),
        ("half", c_int32),
        ("zero", c_int32),
        ("stored_shift", c_int32),
        ("activation_step", c_int32),
        ("offset", c_int32),
        ("share", c_int32),
    ]


class Layer(Structure):
    """Weight, scales, bias and branch."""

    _fields_ = [
        ("inputs", c_int32),
        ("outputs", c_int32),
        ("groups", c_int32),
        ("group", c_int32),
        ("group_padded", c_int32),
        ("packed", c_int32),
        ("largest", c_int32),
        ("weight_step", c_int32),
        ("weight_offset", c_int32),
        ("ranks", c_int32),
        ("codes", c_void_p),
        ("channel", c_void_p),
        ("bias", c_void_p),
        ("offsets", c_void_p),
        ("sums", c_void_p),
        ("down", c_void_p),
        ("down_range", c_void_p),
        ("up", c_void_p),
        ("active", c_void_p),
        ("active_from", c_void_p),
    ]


class Job(Structure):
    """One layer applied to the input of a call."""

    _fields_ = [
        ("layer", POINTER(Layer)),
        ("rounder", Rounder),
        ("output", c_void_p),
        ("gelu", c_int32),
        ("reserved", c_int32),
    ]


class Rows(Structure):
    """Where the rows of an input lie; strides in numbers."""

    _fields_ = [
        ("data", c_void_p),
        ("batches", c_int64),
        ("rows", c_int64),
        ("batch_stride", c_int64),
        ("row_stride", c_int64),
    ]


class Prepared(Structure):
    """Codes, scales, sums of codes and offsets of rows."""

    _fields_ = [("codes", c_void_p), ("scale", c_void_p), ("code_sum", c_void_p), ("offset", c_void_p)]


class Attention(Structure):
    """Queries, keys, values and where the result goes."""

    _fields_ = [
        ("query", c_void_p),
        ("key", c_void_p),
        ("value", c_void_p),
        ("output", c_void_p),
        ("heads", c_int64),
        ("tokens", c_int64),
        ("batches", c_int64),
        ("output_batch_stride", c_int64),
        ("output_stride", c_int64),
        ("scale", c_float),
        ("bfloat16", c_int32),
    ]


def declare(library: ctypes.CDLL) -> None:
    """Give the library's functions their types. Raises AttributeError for another library."""
    signatures: dict[str, tuple[object, list[object]]] = {
        "qd_builds": (c_int, []),
        "qd_build_name": (c_char_p, [c_int]),
        "qd_build_runs": (c_int, [c_int]),
        "qd_chosen": (c_char_p, []),
        "qd_choose": (c_int, [c_int]),
        "qd_use_openmp": (None, [c_void_p]),
        "qd_processor": (c_char_p, []),
        "qd_layout": (c_int, [c_int]),
        "qd_linear": (c_int, [POINTER(Input), POINTER(Rows), c_int, POINTER(Job), c_int]),
        "qd_prepare": (
            c_int,
            [POINTER(Input), POINTER(Rows), POINTER(Job), POINTER(Prepared), c_void_p, c_void_p],
        ),
        "qd_sums": (None, [POINTER(Job), c_int64, POINTER(Prepared), c_void_p]),
        "qd_pack": (None, [POINTER(Layer), c_void_p, c_void_p]),
        "qd_unpack": (None, [POINTER(Layer), c_void_p]),
        "qd_pack_stream": (c_int, [c_void_p, c_int64, c_int, c_void_p]),
        "qd_unpack_stream": (None, [c_void_p, c_int64, c_int, c_void_p]),
        "qd_has_attention": (c_int, [c_int]),
        "qd_attention": (c_int, [POINTER(Attention), c_int]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    for index, structure in enumerate((Input, Rounder, Layer, Job, Rows, Attention)):
        if library.qd_layout(index) != ctypes.sizeof(structure):
            raise AttributeError(f"{structure.__name__} has another size in the library")
