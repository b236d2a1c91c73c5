"""How a file stores the elements of a tensor: f32, f16, bf16 or int8. Arrays are float32 whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ComportaError, quoted

Floats = NDArray[Any]  # of float32

F32, F64, F16, BF16, I8 = 1, 2, 3, 4, 5  # numbers of DataType in model.proto
NAMES = ["unspecified", "F32", "F64", "F16", "BF16", "I8"]
LABELS = {"f32": F32, "f16": F16, "bf16": BF16, "int8": I8}
SIZES = {F32: 4, F64: 8, F16: 2, BF16: 2, I8: 1}


@dataclass(frozen=True)
class Storage:
    """A type, and for int8 the axis of the output channels, which have a scale each."""

    type: str = "f32"
    channel_axis: int | None = None

    def __post_init__(self) -> None:
        if self.type not in LABELS or (self.type == "int8") != (self.channel_axis is not None):
            raise ComportaError(f"expected f32, f16, bf16, or int8 with the axis of its output channels but got {self}")


def aligned(position: int) -> int:
    return (position + 63) // 64 * 64


def scale_bytes(shape: tuple[int, ...], axis: int) -> int:
    """What is in front of the elements of int8."""
    return aligned(4 * shape[axis])


def decode(data: bytes, at: int, kind: int, shape: tuple[int, ...], axis: int | None, what: str) -> Any:
    """An array from verified bytes; it shares them or is read-only."""
    count = int(np.prod(shape, dtype=np.int64))
    if kind in (F32, F64):
        return np.frombuffer(data, "<f4" if kind == F32 else "<f8", count, at).reshape(shape)
    if kind == F16:
        array: Floats = np.frombuffer(data, "<f2", count, at).astype("<f4")
    elif kind == BF16:
        array = (np.frombuffer(data, "<u2", count, at).astype("<u4") << 16).view("<f4")
    else:
        assert axis is not None
        head = scale_bytes(shape, axis)
        scales = np.frombuffer(data, "<f4", shape[axis], at)
        wrong = np.flatnonzero(~(np.isfinite(scales) & (scales >= 0)))
        if wrong.size:
            raise ComportaError(f"{what} has the scale {scales[wrong[0]]} for output channel {wrong[0]}")
        if any(data[at + 4 * shape[axis] : at + head]):
            raise ComportaError(f"{what} has bytes other than 0 between its scales and its elements")
        bytes_ = np.frombuffer(data, "<i1", count, at + head).reshape(shape)
        with np.errstate(over="ignore"):
            array = bytes_.astype("<f4") * scales.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    array = array.reshape(shape)
    array.flags.writeable = False
    return array


def encode(array: Any, kind: int, axis: int | None, name: str) -> bytes:
    """The bytes of a tensor: rounded to the nearest, ties to even."""
    if np.asarray(array).dtype.kind != "f":
        raise ComportaError(f"expected floating-point numbers in tensor {quoted(name)}")
    if kind == F64:
        return np.ascontiguousarray(array, "<f8").tobytes()
    values = np.ascontiguousarray(array, "<f4").reshape(np.shape(array))
    if kind == F32:
        return values.tobytes()
    if kind == F16:
        with np.errstate(over="ignore"):
            half = values.astype("<f2")
        _require_kept(np.isfinite(values) & ~np.isfinite(half), values, "f16", name)
        return half.tobytes()
    bits = values.view("<u4")
    if kind == BF16:
        wide = bits.astype("<i8")  # older versions of numpy turn sums with <u8 into floats
        rounded = ((wide + 0x7FFF + ((wide >> 16) & 1)) >> 16).astype("<u2")
        quiet = ((wide >> 16) | 0x40).astype("<u2")
        _require_kept(np.isfinite(values) & ((rounded & 0x7FFF) == 0x7F80), values, "bf16", name)
        return bytes(np.where(np.isnan(values), quiet, rounded).astype("<u2").tobytes())
    if axis is None or not 0 <= axis < values.ndim:
        raise ComportaError(f"expected an axis of tensor {quoted(name)} as that of its output channels but got {axis}")
    _require_kept(~np.isfinite(values), values, "int8", name)
    others = tuple(i for i in range(values.ndim) if i != axis)
    largest = np.abs(values).max(axis=others, initial=0)
    scales = (largest.astype("<f8") / 127).astype("<f4")
    with np.errstate(over="ignore"):
        scales = np.where(np.isfinite(np.float32(127) * scales), scales, np.nextafter(scales, np.float32(0)))
    along = scales.reshape([-1 if i == axis else 1 for i in range(values.ndim)]).astype("<f8")
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = np.where(along == 0, 0, np.rint(values / along))
    head, elements = scales.astype("<f4").tobytes(), np.clip(quotients, -127, 127).astype("<i1").tobytes()
    return bytes(head + bytes(aligned(len(head)) - len(head)) + elements)


def _require_kept(lost: Any, values: Floats, label: str, name: str) -> None:
    if lost.any():
        value = values[lost].flat[0]
        raise ComportaError(f"tensor {quoted(name)} has the value {value}, which is beyond the range of {label}")


def choose(name: str, array: Any, label: str) -> Storage:
    """As `comporta convert` stores a tensor: what a type cannot hold, and for int8 what has one axis, stays f32."""
    if label == "int8":
        rank = np.ndim(array)
        return Storage("int8", 0 if name.endswith(".table") else rank - 1) if rank > 1 else Storage()
    try:
        encode(array, LABELS[label], None, name)
    except ComportaError:
        return Storage()
    return Storage(label)
