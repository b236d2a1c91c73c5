"""Models with random parameters, for tests and for the comparison with Java."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from comporta import ComportaError, Model, ModelFile, Provenance, Spec, Vocabulary
from comporta.storage import Floats

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "apps/cli/src/test/golden"
FORMATS = ROOT / "serialization/src/test/resources/golden"
WORKED_EXAMPLE = FORMATS / "model-format-2.bin"
MODELS = sorted(GOLDEN.glob("*.comporta")) + sorted(GOLDEN.glob("*.checkpoint"))


class _Wanted(dict[str, Floats]):
    """Makes up every tensor that a layer asks for."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = np.random.default_rng(seed)

    def shaped(self, name: str, shape: tuple[int, ...]) -> None:
        if name not in self:
            self[name] = self.random.uniform(-1, 1, shape).astype(np.float32)  # large, so that mistakes show


def random_model(spec: Spec, seed: int = 1, **more: Any) -> ModelFile:
    """A model file of a specification; its tensors are found by asking for them one by one."""
    tensors = _Wanted(seed)
    while True:
        file = ModelFile(spec, tensors, **more)
        try:
            Model(file)
            return ModelFile(spec, dict(tensors), **more)
        except ComportaError as e:
            words = str(e).split("'")
            if "expected a tensor" not in str(e) or words[1] in tensors:
                raise
            shape = str(e).split("of shape ")[1].split(" but")[0]
            tensors.shaped(words[1], tuple(int(n) for n in shape.strip("[]").split(", ") if n))


def language_model(*layers: Spec, seed: int = 1, letters: str = "\n abcdefgh") -> ModelFile:
    """Embedding, these layers, logits; Java opens it as a model of the task char-lm."""
    v = len(letters)
    spec = Spec(
        "sequential",
        {"layers": [Spec("embedding", {"vocabulary": v, "size": 5}), *layers, Spec("dense", {"units": v})]},
    )
    return random_model(
        spec,
        seed,
        vocabularies={"text": Vocabulary("text", "characters", list(letters))},
        provenance=Provenance("python", "", seed, "random", b"", Spec("char-lm")),
    )


def translator(encoder: list[Spec], decoder: Spec, seed: int = 1) -> ModelFile:
    """An encoder-decoder of words; Java opens it as a model of the task translation."""
    source, target = ["<unk>", "<eos>", *"abcdefg"], ["<unk>", "<eos>", *"mnopqrstu"]
    spec = Spec(
        "encoder-decoder",
        {
            "encoder": [Spec("embedding", {"vocabulary": len(source), "size": 6}), *encoder],
            "layers": [
                Spec("embedding", {"vocabulary": len(target), "size": 5}),
                decoder,
                Spec("dense", {"units": len(target)}),
            ],
        },
    )
    sides = {"source": source, "target": target}
    return random_model(
        spec,
        seed,
        vocabularies={name: Vocabulary(name, "translation-words", tokens) for name, tokens in sides.items()},
        provenance=Provenance("python", "", seed, "random", b"", Spec("translation")),
    )


def recurrent(
    cell: str, hidden: int = 6, layer: str = "recurrent", cell_options: dict[str, Any] | None = None, **o: Any
) -> Spec:
    options = {name.replace("_", "-"): value for name, value in o.items()}
    return Spec(layer, {"cell": Spec(cell, cell_options or {}), "hidden": hidden, **options})
