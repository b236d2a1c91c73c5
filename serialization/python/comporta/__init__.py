"""Reads, writes and runs Comporta's model files: see README.md."""

from .errors import ComportaError
from .files import ModelFile, Provenance, Spec, Training, Vocabulary, read, read_bytes, to_bytes, write
from .model import Model, Translation, load

__all__ = [
    "ComportaError",
    "Model",
    "ModelFile",
    "Provenance",
    "Spec",
    "Training",
    "Translation",
    "Vocabulary",
    "load",
    "read",
    "read_bytes",
    "to_bytes",
    "write",
]
