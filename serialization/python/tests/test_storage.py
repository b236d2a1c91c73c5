from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from comporta import ComportaError, ModelFile, Spec, Storage, Training, convert, read, read_bytes, to_bytes, write
from comporta.schema import Manifest
from comporta.storage import Floats
from test_files import signed


def stored(values: Floats, storage: Storage) -> Floats:
    model = read_bytes(to_bytes(ModelFile(Spec("s"), {"t": values}, storage={"t": storage})))
    assert model.storage == {"t": storage}
    return model.tensors["t"]


@pytest.mark.parametrize("kind, digits, least", [("f16", 11, -14), ("bf16", 8, -126)])
def test_halves_are_the_nearest_with_ties_to_even(kind: str, digits: int, least: int) -> None:
    """By the definition, in exact fractions."""
    draw = np.random.default_rng(1)
    values = (draw.standard_normal(2000) * 10.0 ** draw.integers(-8, 4, 2000)).astype(np.float32)
    values[:500] = (draw.integers(1 << 11, 1 << 12, 500) + 0.5) / 4096  # many ties
    for value, got in zip(values.tolist(), stored(values, Storage(kind)).tolist()):
        exponent = max(least, int(np.floor(np.log2(abs(value))))) - digits + 1
        unit = Fraction(2) ** exponent
        assert Fraction(got) == round(Fraction(value) / unit) * unit


@pytest.mark.parametrize("shape", [(7,), (3, 5), (4, 3, 2), (2, 1, 3, 4), (1, 1)])
def test_int8_has_a_scale_for_each_output_channel(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(2).standard_normal(shape).astype(np.float32)
    for axis in range(len(shape)):
        got = np.moveaxis(stored(values, Storage("int8", axis)), axis, 0)
        for channel, expected in zip(got, np.moveaxis(values, axis, 0)):
            scale = np.float32(abs(expected.astype(np.float64)).max() / 127)
            assert np.array_equal(channel, np.rint(expected / np.float64(scale)).astype(np.float32) * scale)
            assert abs(channel - expected).max() <= 0.500001 * scale


def test_edges() -> None:
    zeros = np.zeros((2, 3), np.float32)
    assert not stored(zeros, Storage("int8", 0)).any()
    assert stored(np.zeros((3, 0), np.float32), Storage("int8", 0)).shape == (3, 0)
    most = np.float32(np.finfo(np.float32).max)
    assert np.isfinite(stored(np.array([[most, -most]]), Storage("int8", 0))).all()
    odd = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    for kind in ("f16", "bf16"):
        got = stored(odd, Storage(kind))
        assert np.isnan(got[0]) and got[1:3].tolist() == [np.inf, -np.inf] and np.signbit(got[3])
    hidden = np.array([0x7F800001], np.uint32).view(np.float32)  # a NaN whose upper half alone is infinite
    assert np.isnan(stored(hidden, Storage("bf16")))[0]


@pytest.mark.parametrize(
    "values, storage, message",
    [
        ([65520.0], Storage("f16"), "65520.0, which is beyond the range of f16"),
        ([3.4e38], Storage("bf16"), "beyond the range of bf16"),
        ([np.nan], Storage("int8", 0), "nan, which is beyond the range of int8"),
        ([1.0], Storage("int8", 1), "expected an axis of tensor 't'"),
    ],
)
def test_what_a_type_cannot_hold_is_not_written(values: list[float], storage: Storage, message: str) -> None:
    with pytest.raises(ComportaError, match=message):
        stored(np.array(values, np.float32), storage)


@pytest.mark.parametrize("kind, axis", [("int8", None), ("f16", 0), ("f64", None)])
def test_types_that_do_not_exist(kind: str, axis: int | None) -> None:
    with pytest.raises(ComportaError, match="expected f32, f16, bf16, or int8"):
        Storage(kind, axis)


def test_a_model_is_converted(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    model = ModelFile(Spec("s"), {n: draw.standard_normal((4, 6)).astype(np.float32) for n in ("l.table", "W")})
    model.tensors["b"] = np.ones(6, np.float32)
    model.tensors["large"] = np.full((2, 2), 1e5, np.float32)
    write(convert(model, "int8"), tmp_path / "m")
    assert read(tmp_path / "m").storage == {
        "l.table": Storage("int8", 0),
        "W": Storage("int8", 1),
        "large": Storage("int8", 1),
    }
    assert sorted(convert(model, "f16").storage) == ["W", "b", "l.table"]
    assert convert(read(tmp_path / "m"), "f32").storage == {}
    with pytest.raises(ComportaError, match="expected a model"):
        convert(model, "int4")
    checkpoint = replace(model, storage={"W": Storage("f16")}, training=Training(Spec("p")))
    with pytest.raises(ComportaError, match="has elements of type F16 but format 2 expects F32 here"):
        to_bytes(checkpoint)
    with pytest.raises(ComportaError, match="types of tensors that the model has"):
        to_bytes(replace(model, storage={"none": Storage("f16")}))


@pytest.mark.parametrize(
    "at, value, message",
    [
        (4, struct.pack("<f", float("nan")), "tensor 't' has the scale nan for output channel 1"),
        (0, struct.pack("<f", -1), "tensor 't' has the scale -1.0 for output channel 0"),
        (8, struct.pack("<f", float("inf")), "scale inf for output channel 2"),
        (12, b"\1\0\0\0", "tensor 't' has bytes other than 0"),
    ],
)
def test_scales_of_a_stranger(at: int, value: bytes, message: str) -> None:
    values = np.ones((2, 3), np.float32)
    data = bytearray(to_bytes(ModelFile(Spec("s"), {"t": values}, storage={"t": Storage("int8", 1)})))
    length = struct.unpack_from("<I", data, 12)[0]
    start = (32 + length + 63) // 64 * 64
    data[start + at : start + at + 4] = value
    manifest = Manifest.FromString(bytes(data[32 : 32 + length]))
    manifest.parameters[0].sha256 = hashlib.sha256(data[start:-32]).digest()
    data[32 : 32 + length] = manifest.SerializeToString()
    with pytest.raises(ComportaError, match=message):
        read_bytes(signed(data))


@pytest.mark.parametrize("axis", [None, 2, 1 << 31])
def test_output_channels_of_a_stranger(axis: int | None) -> None:
    values = np.ones((2, 3), np.float32)
    data = to_bytes(ModelFile(Spec("s"), {"t": values}, storage={"t": Storage("int8", 1)}))
    length = struct.unpack_from("<I", data, 12)[0]
    manifest = Manifest.FromString(data[32 : 32 + length])
    manifest.parameters[0].ClearField("channel_axis")
    if axis is not None:
        manifest.parameters[0].channel_axis = axis
    encoded = manifest.SerializeToString()
    start, old = (32 + len(encoded) + 63) // 64 * 64, (32 + length + 63) // 64 * 64
    forged = bytearray(data[:32] + encoded + bytes(start - 32 - len(encoded)) + data[old:])
    struct.pack_into("<IQ", forged, 12, len(encoded), len(forged))
    with pytest.raises(ComportaError, match=f"tensor 't' of type I8 has {axis} as the axis of its output channels"):
        read_bytes(signed(forged))
