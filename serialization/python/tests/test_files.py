from __future__ import annotations

import hashlib
import random
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

import samples
from comporta import (
    ComportaError,
    ModelFile,
    Provenance,
    Provider,
    Spec,
    Storage,
    Training,
    Vocabulary,
    read,
    read_bytes,
    to_bytes,
    write,
)
from comporta.schema import FORMATS, PROTO
from samples import MODELS, ROOT, WORKED_EXAMPLE


def test_schema_is_that_of_java() -> None:
    proto = (ROOT / "serialization/src/main/protobuf/comporta/model.proto").read_text()
    newer = re.findall(r"// From format (\d).*(?:\n *//.*)*\n *(?:repeated|optional) \w+ \w+ = (\d+);", proto)
    assert sorted(newer) == sorted((str(version), str(number)) for (_, number), version in FORMATS.items())
    proto = re.sub(r"\s*//.*", "", proto).split('"ModelProto";')[1]
    assert proto.split() == PROTO.split()


@pytest.mark.parametrize("name", ["model-format-2.bin", "checkpoint-format-2.bin"])
def test_writes_the_bytes_that_java_wrote(name: str) -> None:
    path = samples.FORMATS / name
    assert to_bytes(read(path)) == path.read_bytes()


@pytest.mark.parametrize("path", [*MODELS, *sorted(samples.FORMATS.glob("*-1.bin"))], ids=lambda path: path.name)
def test_files_of_format_1_are_rewritten_in_format_2(path: Path) -> None:
    assert path.read_bytes()[8] == 1
    old = read(path)
    written = to_bytes(old)
    assert written[8] == 2 and to_bytes(read_bytes(written)) == written
    new = read_bytes(written)
    assert (new.spec, new.vocabularies, new.provenance) == (old.spec, old.vocabularies, old.provenance)
    assert [(name, it.tobytes()) for name, it in new.tensors.items()] == [
        (name, it.tobytes()) for name, it in old.tensors.items()
    ]


def test_reads_the_worked_example() -> None:
    model = read(WORKED_EXAMPLE)
    assert model.spec == Spec("dense", {"units": 2})
    assert model.tensors["b"].tolist() == [1, -2.5]
    assert model.tensors["W"].tolist() == [[127 / 64, 2, 0], [-1, -254, 0]]
    assert model.tensors["h"].tolist() == [1, -0.0999755859375, 65504]
    assert model.tensors["u"].tolist() == 3.140625
    assert model.storage == {"W": Storage("int8", 1), "h": Storage("f16"), "u": Storage("bf16")}
    assert all(not it.flags.writeable for it in model.tensors.values())
    assert model.vocabularies == {"text": Vocabulary("text", "characters", ["a", "\u00e9"])}
    assert model.provenance.providers == (Provider("loss", "log-cosh", "plugin-1.0.jar", "1.0"),)
    assert model.metrics == {"validation_loss": 1.5}
    assert model.training is None


def test_every_truncation_and_every_flipped_bit_is_found() -> None:
    for path in samples.FORMATS.glob("model-format-*.bin"):
        data = path.read_bytes()
        for end in range(len(data)):
            with pytest.raises(ComportaError, match="truncated"):
                read_bytes(data[:end])
        for at in range(8 * len(data)):
            damaged = bytearray(data)
            damaged[at // 8] ^= 1 << at % 8
            with pytest.raises(ComportaError):
                read_bytes(bytes(damaged))
        with pytest.raises(ComportaError, match=f"should end at byte {len(data)}"):
            read_bytes(data + b"\0")


def signed(data: bytearray) -> bytes:
    """Repairs all checksums around a manifest."""
    length = struct.unpack_from("<I", data, 12)[0]
    struct.pack_into("<I", data, 24, zlib.crc32(data[32 : 32 + length]))
    struct.pack_into("<I", data, 28, zlib.crc32(data[:28]))
    covered = len(data) - 32 if data[8] == 1 else (32 + length + 63) // 64 * 64
    data[-32:] = hashlib.sha256(data[:covered]).digest()
    return bytes(data)


def test_forged_manifests_raise_nothing_else() -> None:
    draw = random.Random(7)
    for path in (WORKED_EXAMPLE, MODELS[0]):
        data = path.read_bytes()
        length = struct.unpack_from("<I", data, 12)[0]
        for _ in range(3000):
            forged = bytearray(data)
            for _ in range(draw.randint(1, 3)):
                forged[32 + draw.randrange(length)] = draw.randrange(256)
            try:
                read_bytes(signed(forged))
            except ComportaError as e:
                assert "\n" not in str(e)


def test_a_newer_format_is_rejected() -> None:
    data = bytearray(WORKED_EXAMPLE.read_bytes())
    struct.pack_into("<I", data, 8, 3)
    with pytest.raises(ComportaError, match="format 3 but this reader knows formats up to 2"):
        read_bytes(signed(data))


def every_kind() -> ModelFile:
    options = {"text": "\u00fc", "flag": True, "whole": -3, "real": 1.0, "list": [1, 2.5, [Spec("x")]], "spec": Spec("y")}
    bits = np.array([0x7FA00001, 0x80000000, 1], np.uint32).view(np.float32)  # a signalling NaN, -0, the least number
    return ModelFile(
        Spec("sequential", options),
        {"nan": bits, "scalar": np.array(2, np.float32), "none": np.zeros((0, 3), np.float32)},
        {"text": Vocabulary("text", "words", ["a", "\n"])},
        Provenance("1", "25", -1, "data", bytes(32), Spec("task"), 12),
        {"loss": 0.5},
        Training(Spec("progress"), {"m": np.ones((2, 2), np.float32)}, {"curve": np.array([1.0, np.nan])}),
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    model = every_kind()
    write(model, tmp_path / "m")
    again = read(tmp_path / "m")
    assert (again.spec, again.vocabularies, again.provenance, again.metrics) == (
        (model.spec, model.vocabularies, model.provenance, model.metrics)
    )
    assert [type(value) for value in again.spec.options.values()] == [type(value) for value in model.spec.options.values()]
    for name, array in model.tensors.items():
        assert again.tensors[name].tobytes() == array.tobytes() and again.tensors[name].shape == array.shape
    assert again.training and again.training.numbers["curve"].dtype == np.float64


def test_a_checkpoint_keeps_the_one_before_it_unless_that_is_damaged(tmp_path: Path) -> None:
    path, previous = tmp_path / "c", tmp_path / "c.previous"
    model = every_kind()
    write(model, path)
    write(model, path)
    assert previous.exists() and sorted(it.name for it in tmp_path.iterdir()) == ["c", "c.previous"]
    previous.write_text("good")
    path.write_bytes(path.read_bytes()[:-1])
    write(model, path)
    assert previous.read_text() == "good"


@pytest.mark.parametrize(
    "model, message",
    [
        (ModelFile(Spec("a\nb"), {}), "printable"),
        (ModelFile(Spec("a"), {"": np.ones(1, np.float32)}), "printable"),
        (ModelFile(Spec("a"), {"w": np.ones(1, np.int32)}), "floating-point"),
        (ModelFile(Spec("a", {"n": 1 << 70}), {}), "cannot write"),
        (ModelFile(Spec("a", {"n": "\ud800"}), {}), "cannot write"),
        (ModelFile(Spec("a"), {}, {"t": Vocabulary("t", "words", ["a", "a"])}), "token twice"),
    ],
)
def test_what_no_reader_accepts_is_not_written(model: ModelFile, message: str, tmp_path: Path) -> None:
    with pytest.raises(ComportaError, match=message):
        write(model, tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello, world")
    for path, message in ((tmp_path, "no file"), (tmp_path / "none", "no file"), (tmp_path / "text", "not a Comporta")):
        with pytest.raises(ComportaError, match=message):
            read(path)
