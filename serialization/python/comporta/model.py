"""A model that runs: the forward pass, and what language models, translators and forecasters do with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from .attention import Decoder, Memory, Source
from .cells import Parameters, State, log_softmax
from .errors import ComportaError, quoted
from .files import Doubles, ModelFile, read, require_finite
from .layers import Builder, Embedding, Layer
from .options import Options
from .storage import Floats
from .text import Side, Tokens, Words, is_blank, tokens_of

if TYPE_CHECKING:
    from torch import Tensor as TorchTensor
else:
    TorchTensor = Any



@dataclass(frozen=True)
class Translation:
    """A translation and its log-probability."""

    text: str
    score: float


class Model:
    """A model file's network, built from its specification and its tensors."""

    def __init__(self, file: ModelFile) -> None:
        require_finite(file)
        self.file = file
        o, p = Options(file.spec), Parameters(file.tensors)
        if file.spec.name not in ("sequential", "encoder-decoder"):
            raise ComportaError(f"the model is a {quoted(file.spec.name)}, which this package does not support")
        self.inputs = o.size("input-size", 0, 0)
        self.encoder: list[Layer] = []
        annotations = summary = 0
        if file.spec.name == "encoder-decoder":
            size = o.size("source-input-size", 0, 0)
            self.encoder = Builder().layers(o.specs("encoder"), size, p.under("encoder."), 1)
            annotations = self.encoder[-1].output
            states = [sum(layer.parts.values()) for layer in self.encoder if layer.parts]
            summary = states[-1] if states else annotations
        builder = _WithDecoders(annotations, summary)
        self.layers = builder.layers(o.specs("layers"), self.inputs, p, 1)
        if bool(self.encoder) != any(isinstance(layer, Decoder) for layer in self.layers):
            raise ComportaError("expected a decoder layer in an encoder-decoder and only there")
        o.done()
        p.done()
        self.output = self.layers[-1].output

    def start(self, batch: int = 1) -> list[State]:
        """The carry at the start of sequences."""
        return [layer.start(batch) for layer in self.layers]

    def run(self, x: Any, lengths: Any = None, carry: list[State] | None = None) -> tuple[Floats, list[State]]:
        """Outputs [T, B, O] of ids [T, B] or values [T, B, F], and the carry for the next chunk."""
        if self.encoder:
            raise ComportaError("expected a model without an encoder; use encode and decode")
        x, lengths = _checked(x, lengths, self.inputs)
        before, carry = carry or self.start(x.shape[1]), []
        for layer, state in zip(self.layers, before):
            x, lengths, state = layer.run(x, lengths, state)
            carry.append(state)
        return x, carry

    def encode(self, x: Any, lengths: Any = None) -> list[Memory | None]:
        """What each layer of the decoder needs of sources: ids [S, B]."""
        if not self.encoder:
            raise ComportaError("expected an encoder-decoder but this model has no encoder")
        x, lengths = _checked(x, lengths, 0 if isinstance(self.encoder[0], Embedding) else None)
        summary = None
        for layer in self.encoder:
            x, lengths, state = layer.run(x, lengths, layer.start(x.shape[1]))
            if state:
                summary = np.concatenate([state[part] for part in layer.parts], -1)
        annotations = x.swapaxes(0, 1)
        count = np.full(len(annotations), len(x)) if lengths is None else lengths
        if lengths is not None:
            inside = np.arange(len(x)) < lengths[:, None]
            annotations = np.where(inside[..., None], annotations, np.float32(0))
        if summary is None:
            summary = annotations.sum(1) / np.maximum(count, 1).astype(np.float32)[:, None]
        source = Source(annotations, summary, lengths)
        return [layer.remember(source) if isinstance(layer, Decoder) else None for layer in self.layers]

    def decode(
        self, x: Any, memories: list[Memory | None], carry: list[State] | None = None, lengths: Any = None
    ) -> tuple[Floats, list[State], Floats | None]:
        """Outputs, the carry, and the first attention's weights of the last timestep [B, S]."""
        x, lengths = _checked(x, lengths, self.inputs)
        before, carry, weights = carry, [], None
        for n, (layer, memory) in enumerate(zip(self.layers, memories)):
            if isinstance(layer, Decoder):
                assert memory
                state = before[n] if before else layer.begin(memory)
                (x, lengths, state), seen = layer.decode(x, lengths, state, memory)
                weights = seen if weights is None else weights
            else:
                x, lengths, state = layer.run(x, lengths, before[n] if before else layer.start(x.shape[1]))
            carry.append(state)
        return x, carry, weights

    # Language models

    def tokens(self) -> Tokens:
        tokens = tokens_of(self.file)
        if tokens.size != self.output:
            raise ComportaError(f"expected an output for each of {tokens.size} tokens but the model has {self.output}")
        return tokens

    def loss(self, text: str) -> float:
        """The mean negative log-probability of the tokens of a text (of words: of a sentence with its end), in nats."""
        tokens = self.tokens()
        ids = [tokens.start, *tokens.encode(text)] + ([tokens.end] if isinstance(tokens, Words) else [])
        if len(ids) < 2:
            return 0.0
        logits, _ = self.run(np.array(ids[:-1])[:, None])
        chosen = log_softmax(logits[:, 0].astype(np.float64))[np.arange(len(ids) - 1), ids[1:]]
        return float(-chosen.mean())

    def next(self, text: str) -> Doubles:
        """The probability of each token after a text that stands at the start of a line."""
        tokens = self.tokens()
        logits, _ = self.run(np.array([tokens.start, *tokens.encode(text)])[:, None])
        return np.exp(log_softmax(_without_unknown(logits[-1, 0].astype(np.float64), tokens)))

    def generate(self, prompt: str = "", length: int = 300, opened: bool = False) -> str:
        """The most likely continuation, token by token; opened is whether the prompt stands at the start of a line."""
        tokens = self.tokens()
        ids = tokens.encode(prompt)
        starts = opened or not ids or isinstance(tokens, Words)
        carry, found = self.start(), []
        read = [tokens.start, *ids] if starts else ids
        for _ in range(length):
            logits, carry = self.run(np.array(read)[:, None], carry=carry)
            read = [int(np.argmax(_without_unknown(logits[-1, 0], tokens)))]
            found.extend(read)
        text = tokens.decode(found)
        return " " + text if isinstance(tokens, Words) and ids and not opened and text[:1] != "\n" else text

    # Translators

    def translate(self, sentence: str, longest: int | None = None) -> Translation:
        """The greedy translation; an unknown word becomes the word of the source with the most attention."""
        source, target = Side(self.file, "source"), Side(self.file, "target")
        if target.vocabulary.size != self.output or not self.encoder:
            raise ComportaError(f"expected an encoder-decoder with {target.vocabulary.size} outputs")
        if is_blank(sentence):
            return Translation("", 0.0)
        ids = source.ids(sentence)
        memories = self.encode(np.array(ids)[:, None])
        read, carry, score = target.vocabulary.end, None, 0.0
        words = source.tokens(sentence)
        found: list[str] = []
        for _ in range(longest or 2 * len(ids) + 10):
            logits, carry, weights = self.decode(np.array([[read]]), memories, carry)
            logs = log_softmax(logits[0, 0])
            read = int(np.argmax(logs))
            score += float(logs[read])
            if read == target.vocabulary.end:
                break
            at = int(np.argmax(weights[0])) if weights is not None and read == target.vocabulary.unknown else len(words)
            found.append(words[at] if at < len(words) else target.vocabulary.tokens[read])
        return Translation(target.text(found), score)

    # Forecasters

    def columns(self) -> list[str]:
        """The columns that a forecaster reads, the one that it forecasts first."""
        settings = self.file.provenance.hyper_parameters
        if settings.name != "forecast":
            raise ComportaError("expected a forecaster but the model was trained by " + quoted(settings.name))
        also = [name.strip() for name in str(settings.options.get("also", "")).split(",") if name.strip()]
        return [str(settings.options.get("column", "")), *also]

    def forecast(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """What follows rows of the columns, of which the last 'window' are read."""
        window = self.file.provenance.hyper_parameters.options.get("window", 48)
        table = np.asarray(rows, np.float64)
        names = self.columns()
        if table.ndim != 2 or table.shape[1] != len(names) or not isinstance(window, int) or len(table) < window:
            raise ComportaError(f"expected at least {window} rows of {len(names)} columns but got {list(table.shape)}")
        try:
            mean = np.array([self.file.metrics[f"mean of {name}"] for name in names])
            deviation = np.array([self.file.metrics[f"deviation of {name}"] for name in names])
        except KeyError as e:
            raise ComportaError(f"expected a model with the {e.args[0]} but it has none") from None
        logarithmic = self.file.metrics.get(f"logarithm of {names[0]}", 0) > 0
        rows_read = table[-window:].copy()
        if logarithmic:
            if not (rows_read[:, 0] > 0).all():
                raise ComportaError(f"expected numbers above 0 in {quoted(names[0])}, whose logarithms the model reads")
            rows_read[:, 0] = np.log(rows_read[:, 0])
        x = ((rows_read - mean) / deviation).astype(np.float32)
        outputs, _ = self.run(x[:, None])
        values = [float(y) * deviation[0] + mean[0] for y in outputs[-1, 0]]
        return [float(np.exp(value)) for value in values] if logarithmic else values

    # PyTorch

    def arrays(self) -> dict[str, Floats]:
        """The parameters with PyTorch's names and layouts, as `comporta export --to safetensors` writes them."""
        from .torch import arrays

        return arrays(self)

    def to_torch(self) -> dict[str, TorchTensor]:
        """A state dictionary for load_state_dict of PyTorch's modules; needs torch."""
        try:
            import torch
        except ImportError as e:
            raise ComportaError("to_torch expected the package torch but it is not installed; install it") from e
        return {name: torch.from_numpy(array.copy()) for name, array in self.arrays().items()}


class _WithDecoders(Builder):
    def __init__(self, annotations: int, summary: int) -> None:
        super().__init__()
        self._source = annotations, summary

    def _build(self, name: str, o: Options, inputs: int, p: Parameters, level: int) -> Layer:
        if name in ("decoder", "attention-decoder") and level == 1 and self._source[0] and inputs:
            return Decoder(o, inputs, *self._source, p)
        return super()._build(name, o, inputs, p, level)


def _checked(x: Any, lengths: Any, features: int | None) -> tuple[Any, Any]:
    x = np.asarray(x)
    if features != 0:
        x = x.astype(np.float32, copy=False)
        if x.ndim != 3 or (features is not None and x.shape[2] != features):
            raise ComportaError(f"expected input [T, B, {features}] but got {list(x.shape)}")
    elif x.ndim != 2:
        raise ComportaError(f"expected ids [T, B] but got {list(x.shape)}")
    if lengths is None:
        return x, None
    lengths = np.asarray(lengths)
    if lengths.shape != (x.shape[1],) or lengths.min(initial=0) < 0 or lengths.max(initial=0) > len(x):
        raise ComportaError(f"expected a length from 0 to {len(x)} for each of {x.shape[1]} rows")
    return x, lengths


def _without_unknown(logits: Any, tokens: Tokens) -> Any:
    if isinstance(tokens, Words):
        logits = logits.copy()
        logits[tokens.unknown] = -np.inf
    return logits


def load(path: str | os.PathLike[str]) -> Model:
    """Reads a file and builds its model."""
    file = read(path)
    try:
        return Model(file)
    except ComportaError as e:
        raise ComportaError(f"{path} cannot be run: {e}") from None


