"""The protobuf messages of a manifest, built at import from their schema: no generated code, any protobuf from 4 on."""

from __future__ import annotations

import re
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from .errors import ComportaError

# The messages of serialization/src/main/protobuf/comporta/model.proto; a test compares the two.
PROTO = """
message Manifest {
  string kind = 1;
  Spec specification = 2;
  repeated Tensor parameters = 3;
  repeated Vocabulary vocabularies = 4;
  Provenance provenance = 5;
  repeated Metric metrics = 6;
  TrainingState training = 7;
}
message Spec {
  string name = 1;
  repeated Option options = 2;
}
message Option {
  string name = 1;
  Value value = 2;
}
message Value {
  oneof value {
    string text = 1;
    bool flag = 2;
    int64 whole = 3;
    double real = 4;
    Spec spec = 5;
    ValueList list = 6;
  }
}
message ValueList {
  repeated Value values = 1;
}
enum DataType {
  DATA_TYPE_UNSPECIFIED = 0;
  DATA_TYPE_F32 = 1;
  DATA_TYPE_F64 = 2;
  DATA_TYPE_F16 = 3;
  DATA_TYPE_BF16 = 4;
  DATA_TYPE_I8 = 5;
}
message Tensor {
  string name = 1;
  DataType data_type = 2;
  repeated int64 shape = 3;
  uint64 offset = 4;
  uint64 byte_length = 5;
  bytes sha256 = 6;
  optional uint32 channel_axis = 7;
}
message Vocabulary {
  string name = 1;
  string kind = 2;
  repeated string tokens = 3;
}
message Provenance {
  string framework_version = 1;
  string java_version = 2;
  int64 seed = 3;
  string data = 4;
  bytes data_sha256 = 5;
  Spec hyper_parameters = 6;
  optional int64 created_epoch_seconds = 7;
  repeated Provider providers = 8;
}
message Provider {
  string kind = 1;
  string name = 2;
  string jar = 3;
  string version = 4;
}
message Metric {
  string name = 1;
  double value = 2;
}
message TrainingState {
  Spec progress = 1;
  repeated Tensor tensors = 2;
  repeated Tensor numbers = 3;
}
"""

_PACKAGE = "comporta.v1"
_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "int64": _Field.TYPE_INT64,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
    "double": _Field.TYPE_DOUBLE,
}
_VARINT, _FIXED64, _BYTES = 0, 1, 2


def _file() -> Any:
    """The schema as protobuf describes schemas."""
    file = descriptor_pb2.FileDescriptorProto(name="comporta/model.proto", package=_PACKAGE, syntax="proto3")
    enums = set(re.findall(r"enum (\w+)", PROTO))
    message: Any = None
    for line in PROTO.splitlines():
        opened = re.fullmatch(r"\s*(message|enum|oneof) (\w+) \{", line)
        entry = re.fullmatch(r"\s*((?:repeated|optional) )?(?:(\w+) )?(\w+) = (\d+);", line)
        if opened and opened[1] == "message":
            message = file.message_type.add(name=opened[2])
        elif opened and opened[1] == "enum":
            message = file.enum_type.add(name=opened[2])
        elif opened:
            message.oneof_decl.add(name=opened[2])
        elif entry and entry[2] is None:
            message.value.add(name=entry[3], number=int(entry[4]))
        elif entry:
            field = message.field.add(name=entry[3], number=int(entry[4]), label=_Field.LABEL_OPTIONAL)
            if entry[1] == "repeated ":
                field.label = _Field.LABEL_REPEATED
            elif entry[1] == "optional ":
                field.proto3_optional = True
                field.oneof_index = len(message.oneof_decl)
                message.oneof_decl.add(name="_" + entry[3])
            elif message.oneof_decl:
                field.oneof_index = 0
            if entry[2] in _SCALARS:
                field.type = _SCALARS[entry[2]]
            else:
                field.type = _Field.TYPE_ENUM if entry[2] in enums else _Field.TYPE_MESSAGE
                field.type_name = f".{_PACKAGE}.{entry[2]}"
    return file


_POOL: Any = descriptor_pool.DescriptorPool()
_POOL.Add(_file())
_DESCRIPTOR: Any = _POOL.FindMessageTypeByName(f"{_PACKAGE}.Manifest")
if hasattr(message_factory, "GetMessageClass"):
    Manifest: Any = message_factory.GetMessageClass(_DESCRIPTOR)
else:  # protobuf 4.21, as in Debian 12
    Manifest = message_factory.MessageFactory(_POOL).GetPrototype(_DESCRIPTOR)

FORMATS = {("Tensor", 7): 2, ("Provenance", 8): 2}  # the format that brought a field, where it is not 1
MOST_MESSAGES = 1 << 18
MOST_FIELDS = 1 << 22
DEEPEST = 96


class _Kind:
    """What the check needs to know of a message type: wire type, type of a nested message, how often, which oneof."""

    def __init__(self, descriptor: Any, kinds: dict[str, _Kind]) -> None:
        kinds[descriptor.name] = self
        self.name: str = descriptor.name
        self.fields: dict[int, tuple[int, _Kind | None, bool, bool, str]] = {}
        for field in descriptor.fields:
            inner = field.message_type
            kind = (kinds.get(inner.name) or _Kind(inner, kinds)) if inner else None
            wire = {_Field.TYPE_DOUBLE: _FIXED64, _Field.TYPE_STRING: _BYTES, _Field.TYPE_BYTES: _BYTES}.get(field.type)
            repeated = bool(field.label == _Field.LABEL_REPEATED) if hasattr(field, "label") else bool(field.is_repeated)
            group = field.containing_oneof.name if field.containing_oneof else field.name
            wire = (_BYTES if kind else _VARINT) if wire is None else wire
            self.fields[field.number] = (wire, kind, repeated, field.type == _Field.TYPE_STRING, group)


_ROOT = _Kind(_DESCRIPTOR, {})


class _Check:
    """Walks over the bytes of a manifest before protobuf parses them: unknown fields are an error, sizes are bounded."""

    def __init__(self, data: bytes, version: int) -> None:
        self.data = data
        self.version = version
        self.messages = -1  # the manifest itself is not counted
        self.fields = self.tokens = 0

    def varint(self, at: int, end: int) -> tuple[int, int]:
        value = shift = 0
        while at < end and shift < 70:
            byte = self.data[at]
            value |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                return value, at
        raise ComportaError("its manifest ends within a number or has a number of more than 10 bytes")

    def message(self, at: int, end: int, kind: _Kind, depth: int) -> None:
        self.messages += 1
        if self.messages > MOST_MESSAGES or depth > DEEPEST:
            raise ComportaError(f"its manifest has more than {MOST_MESSAGES} messages or {DEEPEST} levels of them")
        seen = set()
        while at < end:
            tag, at = self.varint(at, end)
            wire, inner, repeated, text, group = kind.fields.get(tag >> 3, (-1, None, False, False, ""))
            packed = repeated and wire == _VARINT and tag & 7 == _BYTES
            newer = FORMATS.get((kind.name, tag >> 3), 1) > self.version
            if newer or (tag & 7 != wire and not packed):
                field = f"a field {tag >> 3} in a {kind.name}"
                raise ComportaError(f"its manifest has {field} that format {self.version} does not have")
            self.fields += 1
            if self.fields > MOST_FIELDS or (group in seen and not repeated):
                raise ComportaError(f"its manifest has too many fields, or the field {group} twice in a {kind.name}")
            seen.add(group)
            if tag & 7 == _VARINT:
                _, at = self.varint(at, end)
                continue
            size, at = (8, at) if wire == _FIXED64 else self.varint(at, end)
            if size > end - at:
                raise ComportaError(f"its manifest has a field of {size} bytes where {end - at} are left")
            if inner:
                self.message(at, at + size, inner, depth + 1)
            self.tokens += text and repeated
            at += size


def parse(data: bytes, version: int, file_bytes: int) -> Any:
    """The manifest of a format as a message; file_bytes bounds what it may take in memory."""
    check = _Check(data, version)
    check.message(0, len(data), _ROOT, 0)
    if 256 * check.messages + 112 * check.tokens > 3 * file_bytes + (16 << 20):
        raise ComportaError(f"its manifest has {check.messages} messages and {check.tokens} tokens, too many for its size")
    try:
        return Manifest.FromString(data)
    except (DecodeError, UnicodeDecodeError) as e:
        raise ComportaError("its manifest is not a valid protobuf message") from e
