"""Reads, writes and runs Comporta's model files: see README.md."""

from .errors import ComportaError
from .files import ModelFile, Provenance, Provider, Spec, Training, Vocabulary, convert, read, read_bytes, to_bytes, write
from .model import Model, Translation, load
from .storage import Storage

__all__ = [
    "ComportaError",
    "Model",
    "ModelFile",
    "Provenance",
    "Provider",
    "Spec",
    "Storage",
    "Training",
    "Translation",
    "Vocabulary",
    "convert",
    "load",
    "read",
    "read_bytes",
    "to_bytes",
    "write",
]
