"""Model files and checkpoints, format 1, as docs/formats/model-file.md specifies them."""

from __future__ import annotations

import hashlib
import math
import os
import struct
import tempfile
import unicodedata
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from .errors import ComportaError, quoted
from .schema import Manifest, parse

Floats = NDArray[Any]  # of float32
Doubles = NDArray[np.float64]
Value = Union[str, bool, int, float, "Spec", "list[Value]"]

MAGIC = b"\x89COMP\r\n\x1a"
FORMAT = 1
_HEADER = struct.Struct("<8sIIQII")
_MOST_MANIFEST = 16 << 20
_MOST_TENSORS = 1 << 16
_MOST_ELEMENTS = 2**31 - 1 - 64
_TYPES: dict[int, Any] = {1: np.dtype("<f4"), 2: np.dtype("<f8")}
_TYPE_NAMES = ["unspecified", "F32", "F64", "F16", "BF16", "I8"]


@dataclass(frozen=True)
class Spec:
    """A permanent name of a layer, cell or task, and its options; True, 1 and 1.0 are different options."""

    name: str
    options: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens; the id of a token is its index."""

    name: str
    kind: str
    tokens: list[str]


@dataclass(frozen=True)
class Provenance:
    """Where a model comes from; data_sha256 is empty or 32 bytes."""

    framework_version: str = ""
    java_version: str = ""
    seed: int = 0
    data: str = ""
    data_sha256: bytes = b""
    hyper_parameters: Spec = Spec("python")
    created_epoch_seconds: int | None = None


@dataclass(frozen=True)
class Training:
    """What only a checkpoint has."""

    progress: Spec
    tensors: dict[str, Floats] = field(default_factory=dict)
    numbers: dict[str, Doubles] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelFile:
    """The content of a file; arrays that were read are read-only."""

    spec: Spec
    tensors: dict[str, Floats]
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    provenance: Provenance = Provenance()
    metrics: dict[str, float] = field(default_factory=dict)
    training: Training | None = None


def _aligned(position: int) -> int:
    return (position + 63) // 64 * 64


def read(path: str | os.PathLike[str]) -> ModelFile:
    """Reads a file and verifies all of its checksums; raises ComportaError with one sentence."""
    if not os.path.isfile(path):
        raise ComportaError(f"there is no file {path}; check the name")
    try:
        data = Path(path).read_bytes()
    except OSError as e:
        raise ComportaError(f"cannot read {path}: {e.strerror}; check its permissions") from e
    return read_bytes(data, str(path))


def read_bytes(data: bytes, name: str = "the file") -> ModelFile:
    """Reads the bytes of a file; the name is for messages."""
    try:
        return _Reader(data).read()
    except ComportaError as e:
        raise ComportaError(f"{name} cannot be used: {e}") from None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.end = 0  # of the last tensor, in the data section
        self.start = 0  # of the data section
        self.section = 0  # its length

    def read(self) -> ModelFile:
        manifest = self._manifest()
        if manifest.kind not in ("model", "checkpoint"):
            raise ComportaError(f"its kind is {quoted(manifest.kind)} but this reader knows model and checkpoint")
        _require(manifest.HasField("specification"), "a specification")
        _require(manifest.HasField("provenance"), "a provenance")
        _require(manifest.provenance.HasField("hyper_parameters"), "hyper-parameters in its provenance")
        checkpoint = manifest.kind == "checkpoint"
        _require(manifest.HasField("training") == checkpoint, "training in a checkpoint and only there")
        _require(not checkpoint or manifest.training.HasField("progress"), "progress in a checkpoint")
        tensors = self._tensors(manifest.parameters, 1, set())
        names: set[str] = set()
        slots = self._tensors(manifest.training.tensors, 1, names)
        numbers = self._tensors(manifest.training.numbers, 2, names)
        if self.end != self.section:
            raise ComportaError(f"its tensors end at byte {self.end} of a data section of {self.section} bytes")
        return ModelFile(
            _spec(manifest.specification),
            tensors,
            _vocabularies(manifest.vocabularies),
            _provenance(manifest.provenance),
            _unique("metric", [(it.name, it.value) for it in manifest.metrics]),
            Training(_spec(manifest.training.progress), slots, numbers) if checkpoint else None,
        )

    def _manifest(self) -> Any:
        data, size = self.data, len(self.data)
        if not data or (size < 8 and MAGIC.startswith(data)):
            raise ComportaError(f"it is truncated to {size} bytes; use another copy")
        if data[:8] != MAGIC:
            raise ComportaError("it is not a Comporta model file, which begins with the bytes 89 43 4f 4d 50 0d 0a 1a")
        if size < _HEADER.size:
            raise ComportaError(f"it is truncated: it has {size} bytes but the header alone has 32; use another copy")
        _, version, length, total, crc, own = _HEADER.unpack_from(data)
        if version > FORMAT:
            raise ComportaError(f"it has format {version} but this reader knows formats up to {FORMAT}; use a newer one")
        if zlib.crc32(data[:28]) != own:
            raise ComportaError("it is damaged in its header (bytes 0 to 31): the CRC-32 is wrong; use another copy")
        if version == 0:
            raise ComportaError("its format is 0, but formats are numbered from 1")
        if total != size:
            what = "truncated" if size < total else "damaged"
            raise ComportaError(f"it is {what}: it ends at byte {size} but should end at byte {total}; use another copy")
        self.start = _aligned(32 + length)
        if length > _MOST_MANIFEST or self.start + 32 > size:
            raise ComportaError(f"its manifest claims {length} bytes of a file of {size} bytes; the limit is 16 MiB")
        manifest = data[32 : 32 + length]
        if zlib.crc32(manifest) != crc:
            raise ComportaError(f"it is damaged in its manifest (bytes 32 to {31 + length}): the CRC-32 is wrong")
        self.section = size - 32 - self.start
        message = parse(manifest, length + self.section)
        self._padding(32 + length, self.start)
        if hashlib.sha256(memoryview(data)[: size - 32]).digest() != data[size - 32 :]:
            self._find_damage(message)
        return message

    def _find_damage(self, message: Any) -> None:
        """The whole file's checksum is wrong: the tensors' own ones tell where."""
        training = message.training
        for it in [*message.parameters, *training.tensors, *training.numbers]:
            part = self.data[self.start + it.offset : self.start + it.offset + it.byte_length]
            if hashlib.sha256(part).digest() != it.sha256:
                raise ComportaError(f"it is damaged in tensor {quoted(it.name)}: the SHA-256 is wrong; use another copy")
        raise ComportaError("it is damaged: the SHA-256 at its end is wrong; use another copy")

    def _padding(self, start: int, end: int) -> None:
        if any(self.data[start:end]):
            raise ComportaError(f"it is damaged: bytes {start} to {end - 1} are padding but not all 0; use another copy")

    def _tensors(self, messages: Any, kind: int, names: set[str]) -> dict[str, Any]:
        if len(messages) > _MOST_TENSORS:
            raise ComportaError(f"it lists {len(messages)} tensors but the limit is {_MOST_TENSORS}")
        arrays = {}
        for it in messages:
            what = f"tensor {quoted(checked_name('a tensor', it.name))}"
            if it.name in names:
                raise ComportaError(f"it has {what} twice")
            names.add(it.name)
            arrays[it.name] = self._tensor(it, what, kind)
        return arrays

    def _tensor(self, it: Any, what: str, kind: int) -> Any:
        if it.data_type != kind:
            found = _TYPE_NAMES[it.data_type] if 0 <= it.data_type < len(_TYPE_NAMES) else "unknown"
            raise ComportaError(f"{what} has elements of type {found} but format 1 expects {_TYPE_NAMES[kind]} here")
        shape = tuple(it.shape)
        if len(shape) > 8 or any(not 0 <= size <= _MOST_ELEMENTS for size in shape):
            raise ComportaError(f"{what} has more than 8 axes or a size that is not from 0 to {_MOST_ELEMENTS}")
        count = 1
        for size in shape:
            count *= size
            if count > _MOST_ELEMENTS:
                raise ComportaError(f"{what} has more than {_MOST_ELEMENTS} elements")
        length = count * _TYPES[kind].itemsize
        if it.byte_length != length or len(it.sha256) != 32:
            raise ComportaError(f"{what} of shape {list(shape)} needs {length} bytes and a SHA-256 of 32 bytes")
        offset = _aligned(self.end)
        if it.offset != offset or offset + length > self.section:
            raise ComportaError(f"{what} should begin at byte {offset} of a data section of {self.section} bytes and fit")
        self._padding(self.start + self.end, self.start + offset)
        self.end = offset + length
        at = self.start + offset
        if hashlib.sha256(memoryview(self.data)[at : at + length]).digest() != it.sha256:
            raise ComportaError(f"it is damaged in {what} (bytes {at} to {at + length - 1}): the SHA-256 is wrong")
        return np.frombuffer(self.data, _TYPES[kind], count, at).reshape(shape)


def _require(there: bool, what: str) -> None:
    if not there:
        raise ComportaError(f"it is not a valid model file: expected its manifest to have {what}")


def checked_name(what: str, name: str) -> str:
    units = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if not 1 <= units <= 1024 or any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in name):
        raise ComportaError(f"expected the name of {what} to have 1 to 1024 printable characters but got {quoted(name)}")
    return name


def _unique(what: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if checked_name(f"a {what}", name) in found:
            raise ComportaError(f"it has two of the {what} {quoted(name)}")
        found[name] = value
    return found


def _spec(message: Any, nesting: int = 1) -> Spec:
    _require(nesting <= 24, "specifications nested at most 24 levels deep")
    checked_name("a specification", message.name)
    return Spec(message.name, _unique("option", [(it.name, _value(it.value, nesting)) for it in message.options]))


def _value(message: Any, nesting: int) -> Value:
    kind = message.WhichOneof("value")
    _require(kind is not None, "a value for every option")
    if kind == "spec":
        return _spec(message.spec, nesting + 1)
    if kind == "list":
        _require(nesting < 24, "lists nested at most 24 levels deep")
        return [_value(it, nesting + 1) for it in message.list.values]
    value: str | bool | int | float = getattr(message, kind)
    return value


def _vocabularies(messages: Any) -> dict[str, Vocabulary]:
    found = []
    for it in messages:
        checked_name("the kind of a vocabulary", it.kind)
        if len(set(it.tokens)) < len(it.tokens):
            raise ComportaError(f"vocabulary {quoted(it.name)} has a token twice")
        found.append((it.name, Vocabulary(it.name, it.kind, list(it.tokens))))
    return _unique("vocabulary", found)


def _provenance(message: Any) -> Provenance:
    _require(len(message.data_sha256) in (0, 32), "0 or 32 bytes as the SHA-256 of the data")
    return Provenance(
        message.framework_version,
        message.java_version,
        message.seed,
        message.data,
        message.data_sha256,
        _spec(message.hyper_parameters),
        message.created_epoch_seconds if message.HasField("created_epoch_seconds") else None,
    )


def to_bytes(model: ModelFile) -> bytes:
    """The bytes of a file; equal content gives the bytes that Java writes."""
    try:
        return _encode(model)
    except (TypeError, ValueError) as e:  # a text without UTF-8, a number beyond 64 bits
        raise ComportaError(f"cannot write the model: {e}") from e


def _encode(model: ModelFile) -> bytes:
    manifest = Manifest(kind="checkpoint" if model.training else "model")
    data = bytearray()
    _put_spec(model.spec, manifest.specification)
    _put_tensors(model.tensors, 1, manifest.parameters, data)
    for name, vocabulary in model.vocabularies.items():
        manifest.vocabularies.add(name=name, kind=vocabulary.kind, tokens=vocabulary.tokens)
    where = model.provenance
    for each in ("framework_version", "java_version", "seed", "data", "data_sha256"):
        setattr(manifest.provenance, each, getattr(where, each))
    _put_spec(where.hyper_parameters, manifest.provenance.hyper_parameters)
    if where.created_epoch_seconds is not None:
        manifest.provenance.created_epoch_seconds = where.created_epoch_seconds
    for name, value in model.metrics.items():
        manifest.metrics.add(name=name, value=value)
    if model.training:
        _put_spec(model.training.progress, manifest.training.progress)
        _put_tensors(model.training.tensors, 1, manifest.training.tensors, data)
        _put_tensors(model.training.numbers, 2, manifest.training.numbers, data)
    encoded: bytes = manifest.SerializeToString()
    start = _aligned(32 + len(encoded))
    total = start + len(data) + 32
    head = _HEADER.pack(MAGIC, FORMAT, len(encoded), total, zlib.crc32(encoded), 0)[:28]
    content = head + struct.pack("<I", zlib.crc32(head)) + encoded + bytes(start - 32 - len(encoded)) + data
    content += hashlib.sha256(content).digest()
    read_bytes(content, "what is to be written")  # what no reader would accept is not written
    return content


def write(model: ModelFile, path: str | os.PathLike[str]) -> None:
    """Replaces a file in one step, so that a reader sees the old or the new one; keeps the checkpoint before this one."""
    content = to_bytes(model)
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(prefix=os.path.basename(path), suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        if model.training and _is_intact(path):
            os.replace(path, f"{os.fspath(path)}.previous")
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    if os.name == "posix":
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_intact(path: str | os.PathLike[str]) -> bool:
    try:
        return os.path.exists(path) and read(path) is not None
    except ComportaError:
        return False


def _put_spec(spec: Spec, message: Any) -> None:
    message.name = spec.name
    for name, value in spec.options.items():
        _put_value(value, message.options.add(name=name).value)


def _put_value(value: Value, message: Any) -> None:
    if isinstance(value, Spec):
        message.spec.SetInParent()
        _put_spec(value, message.spec)
    elif isinstance(value, list):
        message.list.SetInParent()
        for each in value:
            _put_value(each, message.list.values.add())
    else:
        names = {str: "text", bool: "flag", int: "whole", float: "real"}
        if type(value) not in names:
            raise ComportaError(f"expected a str, bool, int, float, list or Spec as an option but got {type(value)}")
        setattr(message, names[type(value)], value)


def _put_tensors(tensors: dict[str, Any], kind: int, messages: Any, data: bytearray) -> None:
    for name, array in tensors.items():
        data.extend(bytes(_aligned(len(data)) - len(data)))
        if np.asarray(array).dtype.kind != "f":
            raise ComportaError(f"expected floating-point numbers in tensor {quoted(name)}")
        content = np.ascontiguousarray(array, _TYPES[kind]).tobytes()
        messages.add(
            name=name,
            data_type=kind,
            shape=np.shape(array),
            offset=len(data),
            byte_length=len(content),
            sha256=hashlib.sha256(content).digest(),
        )
        data.extend(content)


def require_finite(model: ModelFile) -> None:
    """A model with NaN or infinite parameters can be read but not run."""
    for name, array in model.tensors.items():
        if not math.isfinite(float(np.abs(array).max(initial=0))):
            raise ComportaError(f"expected finite numbers but tensor {quoted(name)} has others; use another file")
