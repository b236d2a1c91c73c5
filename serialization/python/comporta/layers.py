"""Layers: [T, B, F] -> [T, B, F], with the lengths of the rows if they differ. Padding never changes a result."""

from __future__ import annotations

from typing import Any, Tuple

import numpy as np

from . import cells
from .cells import ACTIVATIONS, AnyShape, Cell, Parameters, State, Zoneout, normalized, sigmoid
from .errors import ComportaError, quoted
from .files import Spec
from .options import Options
from .storage import Floats

Output = Tuple[Floats, Any, State]
_MOST_PARTS = 4096


class Layer:
    """run() returns values, lengths and the state for the next chunk."""

    output: int
    parts: dict[str, int] = {}

    def start(self, batch: int) -> State:
        """The state at the start of a sequence."""
        return {name: np.zeros((batch, size), np.float32) for name, size in self.parts.items()}

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        raise NotImplementedError


class Embedding(Layer):
    def __init__(self, o: Options, p: Parameters) -> None:
        o.ignore("initializer")
        self.vocabulary, self.output = o.size("vocabulary"), o.size("size")
        self.table = p.take("table", self.vocabulary, self.output)

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        ids = np.asarray(x)
        if ids.ndim != 2 or ids.dtype.kind not in "iu":
            raise ComportaError(f"[embedding] expected ids [T, B] but got {ids.dtype} {list(ids.shape)}")
        if lengths is not None:  # ids at padding are arbitrary
            ids = np.where(np.arange(len(ids))[:, None] < lengths, ids, 0)
        if ids.size and not 0 <= ids.min() <= ids.max() < self.vocabulary:
            found = f"{ids.min()} to {ids.max()}"
            raise ComportaError(f"[embedding] expected ids from 0 to {self.vocabulary - 1} but got {found}")
        return self.table[ids], lengths, s


class Dense(Layer):
    """y = phi(x W + b), or phi(x table^T + b) with the table of an earlier embedding"""

    def __init__(self, inputs: int, o: Options, p: Parameters, tables: list[Floats]) -> None:
        o.ignore("initializer", "bias-initializer")
        self.output = o.size("units")
        self.phi = ACTIVATIONS[o.choice("activation", "identity", *ACTIVATIONS)]
        bias, tied = o.flag("bias", True), o.flag("tied", False)
        lent = [table for table in tables if table.shape == (self.output, inputs)]
        if tied and not lent:
            raise ComportaError(f"[dense] expected an earlier embedding with a table [{self.output}, {inputs}] to share")
        self.tied, self.bias = tied, bias
        self.W = lent[0].T if tied else p.take("W", inputs, self.output)
        self.b = p.take("b", self.output) if bias else np.zeros(self.output, np.float32)

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        return self.phi(x @ self.W + self.b), lengths, s


class Function(Layer):
    """activation, softmax, and dropout, which does nothing here"""

    def __init__(self, inputs: int, name: str) -> None:
        self.output, self.phi = inputs, ACTIVATIONS[name]

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        return self.phi(x), lengths, s


class LayerNorm(Layer):
    def __init__(self, inputs: int, o: Options, p: Parameters) -> None:
        self.output, self.epsilon = inputs, o.real("epsilon", 1e-5, 1e-12, 1)
        self.gamma, self.beta = p.take("gamma", inputs), p.take("beta", inputs)

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        return normalized(x, self.epsilon) * self.gamma + self.beta, lengths, s


class Reverse(Layer):
    def __init__(self, inputs: int) -> None:
        self.output = inputs

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        if lengths is None:
            return x[::-1], None, s
        t = np.arange(len(x))[:, None]
        return np.take_along_axis(x, np.where(t < lengths, lengths - 1 - t, t)[..., None], 0), lengths, s


def last_step(x: Floats, lengths: Any) -> Floats:
    """The last timestep of each row, zeros for a row without any: [1, B, F]."""
    if lengths is None:
        return x[-1:] if len(x) else np.zeros((1, *x.shape[1:]), np.float32)
    if len(x) == 0:
        return np.zeros((1, *x.shape[1:]), np.float32)
    found = np.take_along_axis(x, np.maximum(lengths - 1, 0)[None, :, None], 0)
    return np.where((lengths > 0)[None, :, None], found, np.float32(0))


class PoolTime(Layer):
    def __init__(self, inputs: int, o: Options) -> None:
        self.output, self.mode = inputs, o.choice("mode", "last", "mean", "max")

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        full = np.full(x.shape[1], len(x)) if lengths is None else lengths
        after = np.minimum(full, 1)
        if self.mode == "last" or len(x) == 0:
            return last_step(x, lengths), after, s
        inside = (np.arange(len(x))[:, None] < full)[..., None]
        if self.mode == "mean":
            total = np.where(inside, x, np.float32(0)).sum(0, keepdims=True)
            return total / np.maximum(full, 1).astype(np.float32)[None, :, None], after, s
        most = np.where(inside, x, np.float32(-np.inf)).max(0, keepdims=True)
        return np.where((full > 0)[None, :, None], most, np.float32(0)), after, s


def unroll(cell: Cell, x: Floats, lengths: Any, s: State, reverse: bool) -> tuple[Floats, State]:
    """Runs a cell over all timesteps; the state of a row stands still at its padding."""
    a = cell.project(x)
    y = np.zeros((*x.shape[:2], cell.output), np.float32)
    for t in reversed(range(len(x))) if reverse else range(len(x)):
        out, after = cell.step(a[t], s)
        if lengths is None:
            y[t], s = out, after
        else:
            inside = (t < lengths)[:, None]
            y[t] = np.where(inside, out, np.float32(0))
            s = {name: np.where(inside, after[name], s[name]) for name in after}
    return y, s


class _States(Cell):
    """Outputs the cell's whole state."""

    def __init__(self, cell: Cell) -> None:
        self.cell, self.parts, self.output = cell, cell.parts, sum(cell.parts.values())

    def project(self, x: Floats) -> Floats:
        return self.cell.project(x)

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        _, after = self.cell.step(a, s)
        return np.concatenate([after[part] for part in self.parts], -1), after


class _Direction:
    """One cell of a recurrent layer, with its initial state and what the layer returns of its run."""

    def __init__(self, inputs: int, o: Options, p: Parameters, reverse: bool, restarts: bool) -> None:
        hidden = o.size("hidden")
        cell = cells.build(o.spec("cell"), inputs, hidden, p)
        o.ignore("weight-drop", "input-initializer", "recurrent-initializer", "bias-initializer")
        for option, part in (("zoneout", "h"), ("zoneout-c", "c")):
            rate = o.real(option, 0, 0, 0.99)
            cell = Zoneout(cell, part, rate) if rate else cell
        learned = o.flag("learn-initial-state", False)
        self.initial = {part: p.take(f"initial.{part}", n) for part, n in cell.parts.items()} if learned else {}
        self.returns = o.choice("returns", "sequence", "last", "states", "state")
        self.cell: Cell = _States(cell) if self.returns == "states" else cell
        self.output = sum(cell.parts.values()) if self.returns == "state" else self.cell.output
        self.reverse, self.restarts = reverse, restarts

    def start(self, batch: int) -> State:
        zeros = {part: np.zeros((batch, size), np.float32) for part, size in self.cell.parts.items()}
        return {part: zero + self.initial.get(part, np.float32(0)) for part, zero in zeros.items()}

    def run(self, x: Floats, lengths: Any, s: State) -> Output:
        if self.restarts:  # the end of a chunk is no state to start from in the other direction
            s = self.start(x.shape[1])
        y, after = unroll(self.cell, x, lengths, s, self.reverse)
        if self.returns in ("sequence", "states"):
            return y, lengths, after
        if self.returns == "state":
            y = np.concatenate([after[part] for part in self.cell.parts], -1)[None]
        else:
            y = y[:1] if self.reverse and len(y) else last_step(y, lengths)
        return y, np.minimum(np.full(x.shape[1], len(x)) if lengths is None else lengths, 1), after


class Recurrent(Layer):
    """One cell, or one in each direction; parts of the state are named NAME, forward.NAME, backward.NAME."""

    def __init__(self, inputs: int, o: Options, p: Parameters, turned: bool, both: bool) -> None:
        if both:
            merge = o.choice("merge", "concatenate", "sum", "mean")
            ahead = _Direction(inputs, o, p.under("forward."), False, turned)
            back = _Direction(inputs, o, p.under("backward."), True, not turned)
            self.directions, self.merge = {"forward.": ahead, "backward.": back}, merge
        else:
            reverse = o.flag("reverse", False)
            self.directions = {"": _Direction(inputs, o, p.under("cell."), reverse, reverse != turned)}
            self.merge = "concatenate"
        sizes = [it.output for it in self.directions.values()]
        self.output = sum(sizes) if self.merge == "concatenate" else sizes[0]
        self.parts = {k + part: n for k, it in self.directions.items() for part, n in it.cell.parts.items()}

    def start(self, batch: int) -> State:
        return {k + part: v for k, it in self.directions.items() for part, v in it.start(batch).items()}

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        outputs, after = [], {}
        for prefix, direction in self.directions.items():
            own = {part: s[prefix + part] for part in direction.cell.parts}
            y, new_lengths, own = direction.run(x, lengths, own)
            outputs.append(y)
            after.update({prefix + part: value for part, value in own.items()})
        total: Floats = np.concatenate(outputs, -1) if self.merge == "concatenate" else sum(outputs[1:], outputs[0])
        return (total * np.float32(0.5) if self.merge == "mean" else total), new_lengths, after


class Sequential(Layer):
    """Layers in sequence, alone, with a residual connection or with a highway around them."""

    def __init__(self, layers: list[Layer], around: str = "none", p: Parameters | None = None) -> None:
        self.layers, self.around = layers, around
        self.output = layers[-1].output
        self.parts = {f"layers.{n}.{part}": size for n, it in enumerate(layers) for part, size in it.parts.items()}
        if p is not None:
            self.W, self.b = p.take("W", self.output, self.output), p.take("b", self.output)

    def start(self, batch: int) -> State:
        return {f"layers.{n}.{k}": v for n, it in enumerate(self.layers) for k, v in it.start(batch).items()}

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        y, after = x, {}
        for n, layer in enumerate(self.layers):
            own = {part: s[f"layers.{n}.{part}"] for part in layer.parts}
            y, lengths, own = layer.run(y, lengths, own)
            after.update({f"layers.{n}.{part}": value for part, value in own.items()})
        if self.around == "residual":
            y = x + y
        elif self.around == "highway":
            g = sigmoid(x @ self.W + self.b)
            y = g * y + (1 - g) * x
        return y, lengths, after


class Autoregressive(Layer):
    """A linear function of the last timesteps of each row, in parallel with layers; zeros before the first timestep."""

    def __init__(self, inputs: int, o: Options, p: Parameters, inner: Sequential | None) -> None:
        o.ignore("trained")
        self.lags, self.output, self.inner = o.size("lags"), o.size("units"), inner
        self.centered = o.flag("centered", False)
        if inner is not None and inner.output != self.output:
            raise ComportaError(f"[autoregressive] expected inner layers with {self.output} outputs, not {inner.output}")
        self.W, self.b = p.take("W", self.lags * inputs, self.output), p.take("b", self.output)
        self.parts = {} if inner is None else inner.parts

    def start(self, batch: int) -> State:
        return {} if self.inner is None else self.inner.start(batch)

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        full = np.full(x.shape[1], len(x)) if lengths is None else np.asarray(lengths)
        at = full[None] - 1 - np.arange(self.lags)[:, None]  # [P, B]
        rows = np.arange(x.shape[1])
        past = np.where((at >= 0)[..., None], x[np.maximum(at, 0), rows], np.float32(0))  # [P, B, F]
        y = past.transpose(1, 0, 2).reshape(1, x.shape[1], -1) @ self.W + self.b
        if self.inner is not None:
            read = x - last_step(x, lengths) if self.centered else x
            f, _, s = self.inner.run(read, lengths, s)
            y = y + f
        return y, np.minimum(full, 1), s


class StepDecoder(Layer):
    """Layers that read the last timestep of each row in every step; their outputs are joined."""

    def __init__(self, o: Options, inner: Sequential) -> None:
        self.steps, self.inner = o.size("steps"), inner
        self.output, self.parts = self.steps * inner.output, inner.parts

    def start(self, batch: int) -> State:
        return self.inner.start(batch)

    def run(self, x: Any, lengths: Any, s: State) -> Output:
        full = np.full(x.shape[1], len(x)) if lengths is None else np.asarray(lengths)
        last = np.asarray(last_step(x, lengths)).reshape(1, x.shape[1], x.shape[2])
        some = np.minimum(full, 1)
        f, _, s = self.inner.run(np.repeat(last, self.steps, axis=0), some * self.steps, s)
        if len(f) != self.steps:
            raise ComportaError(f"[step-decoder] expected inner layers with {self.steps} outputs in time, not {len(f)}")
        return f.transpose(1, 0, 2).reshape(1, x.shape[1], -1), some, s


class Builder:
    """Builds the layers of one side of a model; 'turned' is whether time runs backwards for the next layer."""

    def __init__(self) -> None:
        self.turned = False
        self.tables: list[Floats] = []
        self._parts = 0

    def layers(self, specs: list[Spec], inputs: int, p: Parameters, level: int) -> list[Layer]:
        layers: list[Layer] = []
        for n, spec in enumerate(specs):
            layers.append(self.layer(spec, layers[-1].output if n else inputs, p.under(f"layers.{n}."), level))
        return layers

    def layer(self, spec: Spec, inputs: int, p: Parameters, level: int) -> Layer:
        """level is 1 for the outermost list"""
        self._parts += 1
        if self._parts > _MOST_PARTS or level > 24:
            raise ComportaError(f"expected at most {_MOST_PARTS} layers and 24 levels of them but the model has more")
        o = Options(spec)
        layer = self._build(spec.name, o, inputs, p, level)
        o.done()
        return layer

    def _build(self, name: str, o: Options, inputs: int, p: Parameters, level: int) -> Layer:
        if (name == "embedding") != (inputs == 0) and name != "sequential":
            raise ComportaError(f"[{name}] expected an embedding for ids and other layers for features")
        if name == "embedding":
            layer = Embedding(o, p)
            if level == 1:
                self.tables.append(layer.table)
            return layer
        if name == "dense":
            return Dense(inputs, o, p, self.tables if level == 1 else [])
        if name == "dropout":
            o.ignore("rate", "shared-over-time")
            return Function(inputs, "identity")
        if name == "activation":
            return Function(inputs, o.choice("function", "tanh", *ACTIVATIONS))
        if name == "softmax":
            return Function(inputs, "softmax")
        if name == "layer-norm":
            return LayerNorm(inputs, o, p)
        if name == "pool-time":
            return PoolTime(inputs, o)
        if name == "reverse":
            self.turned = not self.turned
            return Reverse(inputs)
        if name in ("recurrent", "bidirectional"):
            return Recurrent(inputs, o, p, self.turned, name == "bidirectional")
        if name == "stack":
            return self._stack(o, inputs, p, level)
        if name in ("sequential", "residual", "highway"):
            if name == "highway":
                o.ignore("gate-bias")
            inner = self.layers(o.specs("layers"), inputs, p, level + 1)
            if name != "sequential" and inner[-1].output != inputs:
                raise ComportaError(f"[{name}] expected inner layers with {inputs} outputs but got {inner[-1].output}")
            return Sequential(inner, name, p if name == "highway" else None)
        if name == "autoregressive":
            given = o.given("layers")
            rest = Sequential(self.layers(o.specs("layers"), inputs, p, level + 1)) if given else None
            return Autoregressive(inputs, o, p, rest)
        if name == "step-decoder":
            return StepDecoder(o, Sequential(self.layers(o.specs("layers"), inputs, p, level + 1)))
        raise ComportaError(f"the model has a layer {quoted(name)}, which this package does not support; use Java")

    def _stack(self, o: Options, inputs: int, p: Parameters, level: int) -> Layer:
        """The layer with its dropout, depth times; a first layer that changes the number of features has no way around."""
        spec, depth = o.spec("layer"), o.size("depth")
        dropout = o.real("dropout", 0, 0, 0.99) > 0
        around = o.choice("around", "none", "residual", "highway")
        layers: list[Layer] = []
        for n in range(depth):
            size = layers[-1].output if layers else inputs
            own = p.under(f"layers.{len(layers)}.")
            plain = around == "none" or (n == 0 and self.layer(spec, size, AnyShape(), level + 1).output != size)
            inner = [self.layer(spec, size, own if plain else own.under("layers.0."), level + 1)]
            if dropout and n < depth - 1:
                inner.append(Function(inner[0].output, "identity"))
            if plain:
                layers.extend(inner)
            elif inner[0].output == size:
                layers.append(Sequential(inner, around, own if around == "highway" else None))
            else:
                raise ComportaError(f"[stack] expected {size} outputs of layer {n} but got {inner[0].output}")
        return Sequential(layers)
