"""Model files and checkpoints, formats 1 and 2, as docs/formats/model-file.md specifies them."""

from __future__ import annotations

import hashlib
import os
import struct
import tempfile
import unicodedata
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from .errors import ComportaError, quoted
from .schema import Manifest, parse
from .storage import F32, F64, I8, LABELS, NAMES, SIZES, Floats, Storage, aligned, choose, decode, encode, scale_bytes

Doubles = NDArray[np.float64]
Value = Union[str, bool, int, float, "Spec", "list[Value]"]

MAGIC = b"\x89COMP\r\n\x1a"
FORMAT = 2  # that is written; the newest that is read
_HEADER = struct.Struct("<8sIIQII")
_MOST_MANIFEST = 16 << 20
_MOST_TENSORS = 1 << 16
_MOST_ELEMENTS = 2**31 - 1 - 64
_STORED = {number: label for label, number in LABELS.items()}


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
class Provider:
    """Something a model needs that is no part of Comporta, and the jar that it came from in training."""

    kind: str
    name: str
    jar: str = ""
    version: str = ""


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
    providers: tuple[Provider, ...] = ()


@dataclass(frozen=True)
class Training:
    """What only a checkpoint has."""

    progress: Spec
    tensors: dict[str, Floats] = field(default_factory=dict)
    numbers: dict[str, Doubles] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelFile:
    """The content of a file. Tensors are float32; storage has those that a file does not store as f32. What was read is read-only."""

    spec: Spec
    tensors: dict[str, Floats]
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    provenance: Provenance = Provenance()
    metrics: dict[str, float] = field(default_factory=dict)
    training: Training | None = None
    storage: dict[str, Storage] = field(default_factory=dict)
    format: int = field(default=FORMAT, compare=False)  # of the file that was read; the newest is written


def convert(model: ModelFile, type: str) -> ModelFile:
    """The same model, to be stored as f32, f16, bf16 or int8; writing rounds it."""
    if type not in LABELS or model.training:
        raise ComportaError(f"expected a model, and f32, f16, bf16 or int8, but got {quoted(type)}")
    storage = {name: choose(name, array, type) for name, array in model.tensors.items()}
    return replace(model, storage={name: it for name, it in storage.items() if it != Storage()}, format=FORMAT)


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
        self.version = FORMAT
        self.storage: dict[str, Storage] = {}

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
        every = set(LABELS.values()) if self.version > 1 and not checkpoint else {F32}
        tensors = self._tensors(manifest.parameters, every, set())
        names: set[str] = set()
        slots = self._tensors(manifest.training.tensors, {F32}, names)
        numbers = self._tensors(manifest.training.numbers, {F64}, names)
        if self.end != self.section:
            raise ComportaError(f"its tensors end at byte {self.end} of a data section of {self.section} bytes")
        return ModelFile(
            _spec(manifest.specification),
            tensors,
            _vocabularies(manifest.vocabularies),
            _provenance(manifest.provenance),
            _unique("metric", [(it.name, it.value) for it in manifest.metrics]),
            Training(_spec(manifest.training.progress), slots, numbers) if checkpoint else None,
            self.storage,
            self.version,
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
        self.start = aligned(32 + length)
        if length > _MOST_MANIFEST or self.start + 32 > size:
            raise ComportaError(f"its manifest claims {length} bytes of a file of {size} bytes; the limit is 16 MiB")
        manifest = data[32 : 32 + length]
        if zlib.crc32(manifest) != crc:
            raise ComportaError(f"it is damaged in its manifest (bytes 32 to {31 + length}): the CRC-32 is wrong")
        self.section = size - 32 - self.start
        self.version = version
        message = parse(manifest, version, length + self.section)
        self._padding(32 + length, self.start)
        covered = size - 32 if version == 1 else self.start
        if hashlib.sha256(memoryview(data)[:covered]).digest() != data[size - 32 :]:
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

    def _tensors(self, messages: Any, kinds: set[int], names: set[str]) -> dict[str, Any]:
        if len(messages) > _MOST_TENSORS:
            raise ComportaError(f"it lists {len(messages)} tensors but the limit is {_MOST_TENSORS}")
        arrays = {}
        for it in messages:
            what = f"tensor {quoted(checked_name('a tensor', it.name))}"
            if it.name in names:
                raise ComportaError(f"it has {what} twice")
            names.add(it.name)
            arrays[it.name] = self._tensor(it, what, kinds)
        return arrays

    def _tensor(self, it: Any, what: str, kinds: set[int]) -> Any:
        kind = it.data_type
        if kind not in kinds:
            found = NAMES[kind] if 0 <= kind < len(NAMES) else "unknown"
            expected = ", ".join(NAMES[each] for each in sorted(kinds))
            raise ComportaError(f"{what} has elements of type {found} but format {self.version} expects {expected} here")
        shape = tuple(it.shape)
        if len(shape) > 8 or any(not 0 <= size <= _MOST_ELEMENTS for size in shape):
            raise ComportaError(f"{what} has more than 8 axes or a size that is not from 0 to {_MOST_ELEMENTS}")
        count = 1
        for size in shape:
            count *= size
            if count > _MOST_ELEMENTS:
                raise ComportaError(f"{what} has more than {_MOST_ELEMENTS} elements")
        axis = it.channel_axis if it.HasField("channel_axis") else None
        if (kind == I8) != (axis is not None) or (axis is not None and axis >= len(shape)):
            raise ComportaError(f"{what} of type {NAMES[kind]} has {axis} as the axis of its output channels")
        length = count * SIZES[kind] + (0 if axis is None else scale_bytes(shape, axis))
        if it.byte_length != length or len(it.sha256) != 32:
            raise ComportaError(f"{what} of shape {list(shape)} needs {length} bytes and a SHA-256 of 32 bytes")
        offset = aligned(self.end)
        if it.offset != offset or offset + length > self.section:
            raise ComportaError(f"{what} should begin at byte {offset} of a data section of {self.section} bytes and fit")
        self._padding(self.start + self.end, self.start + offset)
        self.end = offset + length
        at = self.start + offset
        if hashlib.sha256(memoryview(self.data)[at : at + length]).digest() != it.sha256:
            raise ComportaError(f"it is damaged in {what} (bytes {at} to {at + length - 1}): the SHA-256 is wrong")
        if kind not in (F32, F64):
            self.storage[it.name] = Storage(_STORED[kind], axis)
        return decode(self.data, at, kind, shape, axis, what)


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
        _providers(message.providers),
    )


def _providers(messages: Any) -> tuple[Provider, ...]:
    found = {}
    for it in messages:
        key = checked_name("the kind of a provider", it.kind), checked_name("a provider", it.name)
        if key in found:
            raise ComportaError(f"it has two providers of {quoted(it.kind)} {quoted(it.name)}")
        found[key] = Provider(it.kind, it.name, it.jar, it.version)
    return tuple(found.values())


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
    stored = {name: (LABELS[it.type], it.channel_axis) for name, it in model.storage.items()}
    if not stored.keys() <= model.tensors.keys():
        raise ComportaError("expected the types of tensors that the model has but got others")
    _put_tensors(model.tensors, F32, manifest.parameters, data, stored)
    for name, vocabulary in model.vocabularies.items():
        manifest.vocabularies.add(name=name, kind=vocabulary.kind, tokens=vocabulary.tokens)
    where = model.provenance
    for each in ("framework_version", "java_version", "seed", "data", "data_sha256"):
        setattr(manifest.provenance, each, getattr(where, each))
    _put_spec(where.hyper_parameters, manifest.provenance.hyper_parameters)
    if where.created_epoch_seconds is not None:
        manifest.provenance.created_epoch_seconds = where.created_epoch_seconds
    for provider in where.providers:
        manifest.provenance.providers.add(**vars(provider))
    for name, value in model.metrics.items():
        manifest.metrics.add(name=name, value=value)
    if model.training:
        _put_spec(model.training.progress, manifest.training.progress)
        _put_tensors(model.training.tensors, F32, manifest.training.tensors, data)
        _put_tensors(model.training.numbers, F64, manifest.training.numbers, data)
    encoded: bytes = manifest.SerializeToString()
    start = aligned(32 + len(encoded))
    total = start + len(data) + 32
    head = _HEADER.pack(MAGIC, FORMAT, len(encoded), total, zlib.crc32(encoded), 0)[:28]
    front = head + struct.pack("<I", zlib.crc32(head)) + encoded + bytes(start - 32 - len(encoded))
    content = front + data + hashlib.sha256(front).digest()
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


def _put_tensors(
    tensors: dict[str, Any],
    usual: int,
    messages: Any,
    data: bytearray,
    stored: dict[str, tuple[int, int | None]] | None = None,
) -> None:
    for name, array in tensors.items():
        data.extend(bytes(aligned(len(data)) - len(data)))
        kind, axis = (stored or {}).get(name, (usual, None))
        content = encode(array, kind, axis, name)
        message = messages.add(
            name=name,
            data_type=kind,
            shape=np.shape(array),
            offset=len(data),
            byte_length=len(content),
            sha256=hashlib.sha256(content).digest(),
        )
        if axis is not None:
            message.channel_axis = axis
        data.extend(content)


def require_finite(model: ModelFile) -> None:
    """A model with NaN or infinite parameters can be read but not run."""
    for name, array in model.tensors.items():
        if not np.isfinite(array).all():
            raise ComportaError(f"expected finite numbers but tensor {quoted(name)} has others; use another file")
