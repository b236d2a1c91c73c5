"""Recurrent cells. Gates are packed along the last axis of W, U and b: lstm i f g o, gru r z n."""

from __future__ import annotations

from typing import Callable

import numpy as np

from .errors import ComportaError, quoted
from .files import Spec
from .options import Options
from .storage import Floats

State = dict[str, Floats]


class Parameters:
    """The tensors of a file, taken by name with the shape that a layer needs."""

    def __init__(self, tensors: dict[str, Floats], taken: set[str] | None = None, prefix: str = "") -> None:
        self._tensors, self._prefix = tensors, prefix
        self._taken: set[str] = set() if taken is None else taken

    def under(self, prefix: str) -> Parameters:
        return Parameters(self._tensors, self._taken, self._prefix + prefix)

    def take(self, name: str, *shape: int) -> Floats:
        full = self._prefix + name
        if full not in self._tensors or self._tensors[full].shape != shape:
            found = f"shape {list(self._tensors[full].shape)}" if full in self._tensors else "none of that name"
            raise ComportaError(f"expected a tensor {quoted(full)} of shape {list(shape)} but the file has {found}")
        self._taken.add(full)
        return self._tensors[full]

    def done(self) -> None:
        for name in self._tensors:
            if name not in self._taken:
                raise ComportaError(f"the file has a tensor {quoted(name)} that is not a parameter of the model")


class AnyShape(Parameters):
    """Zeros of every shape, to find out what a layer's sizes are."""

    def __init__(self) -> None:
        super().__init__({})

    def under(self, prefix: str) -> Parameters:
        return self

    def take(self, name: str, *shape: int) -> Floats:
        return np.broadcast_to(np.float32(0), shape)


def sigmoid(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        y: Floats = np.float32(1) / (1 + np.exp(-x))
    return y


def softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max(-1, keepdims=True))
    y: Floats = e / e.sum(-1, keepdims=True)
    return y


def log_softmax(x: Floats) -> Floats:
    z = x - x.max(-1, keepdims=True)
    y: Floats = z - np.log(np.exp(z).sum(-1, keepdims=True))
    return y


def normalized(x: Floats, epsilon: float) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    y: Floats = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + np.float32(epsilon))
    return y


def tanh(x: Floats) -> Floats:
    y: Floats = np.tanh(x)
    return y


Function = Callable[[Floats], Floats]
ACTIVATIONS: dict[str, Function] = {
    "identity": lambda x: x,
    "tanh": tanh,
    "relu": lambda x: np.maximum(x, np.float32(0)),
    "sigmoid": sigmoid,
    "hard-threshold": lambda x: (x > 0).astype(np.float32),
    "softplus": lambda x: np.logaddexp(np.float32(0), x),
    "softmax": softmax,
    "log-softmax": log_softmax,
}


class Cell:
    """project() computes what does not depend on the state, for all timesteps at once; step() the rest."""

    output: int
    parts: dict[str, int]  # of the state, with their sizes

    def project(self, x: Floats) -> Floats:
        raise NotImplementedError

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        raise NotImplementedError


class Rnn(Cell):
    """h' = phi(x W + h U + b)"""

    def __init__(self, inputs: int, hidden: int, activation: str, p: Parameters) -> None:
        self.output, self.parts = hidden, {"h": hidden}
        self.phi = ACTIVATIONS[activation]
        self.W, self.U, self.b = p.take("W", inputs, hidden), p.take("U", hidden, hidden), p.take("b", hidden)

    def project(self, x: Floats) -> Floats:
        return x @ self.W + self.b

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        h = self.phi(a + s["h"] @ self.U)
        return h, {"h": h}


class Lstm(Cell):
    """LstmCell and LstmVariantCell: i f g o, those that the options leave; peepholes p, gate recurrence R, projection P."""

    def __init__(self, inputs: int, hidden: int, o: Options, p: Parameters) -> None:
        variant = o.choice(
            "variant", "standard", "1997", "vanilla", "nig", "nfg", "nog", "niaf", "noaf", "np", "cifg", "fgr"
        )
        has_i = o.flag("input-gate", variant != "nig")
        has_f = o.flag("forget-gate", variant not in ("nfg", "1997"))
        has_o = o.flag("output-gate", variant != "nog")
        self.phi_in = ACTIVATIONS["tanh" if o.flag("input-activation", variant != "niaf") else "identity"]
        self.phi_out = ACTIVATIONS["tanh" if o.flag("output-activation", variant != "noaf") else "identity"]
        peepholes = o.flag("peepholes", variant not in ("standard", "1997", "np"))
        self.coupled = o.flag("coupled", variant == "cifg")
        recurrence = o.flag("gate-recurrence", variant == "fgr")
        projection = o.size("projection", 0, 0)
        if self.coupled and not (has_i and has_f):
            raise ComportaError("[lstm] option 'coupled' expected an input gate and a forget gate")
        present = {"i": has_i, "f": has_f and not self.coupled, "g": True, "o": has_o}
        self.gates = [gate for gate, there in present.items() if there]
        self.sigmoids = [gate for gate in self.gates if gate != "g"]
        n, m = len(self.gates) * hidden, len(self.sigmoids) * hidden
        self.hidden, self.output = hidden, projection or hidden
        self.W, self.U, self.b = p.take("W", inputs, n), p.take("U", self.output, n), p.take("b", n)
        self.p = p.take("p", m) if peepholes and m else None
        self.R = p.take("R", m, m) if recurrence and m else None
        self.P = p.take("P", hidden, projection) if projection else None
        self.parts = {"h": self.output, "c": hidden}
        if self.R is not None:
            self.parts.update({gate: hidden for gate in self.sigmoids})

    def project(self, x: Floats) -> Floats:
        return x @ self.W + self.b

    def is_plain(self) -> bool:
        """Whether only a projection tells it from the standard cell."""
        plain = self.phi_in is tanh and self.phi_out is tanh
        return plain and len(self.gates) == 4 and self.p is None and self.R is None

    def _part(self, packed: Floats, gates: list[str], gate: str) -> Floats:
        at = gates.index(gate) * self.hidden
        return packed[..., at : at + self.hidden]

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        a = a + s["h"] @ self.U
        before = np.concatenate([s[gate] for gate in self.sigmoids], -1) @ self.R if self.R is not None else None

        def gate(name: str, seen: Floats) -> Floats:
            if name not in self.gates:
                return np.ones_like(seen)
            total = self._part(a, self.gates, name)
            if self.p is not None:
                total = total + self._part(self.p, self.sigmoids, name) * seen
            if before is not None:
                total = total + self._part(before, self.sigmoids, name)
            return sigmoid(total)

        i = gate("i", s["c"])
        f = 1 - i if self.coupled else gate("f", s["c"])
        g = self.phi_in(self._part(a, self.gates, "g"))
        c = f * s["c"] + i * g
        o = gate("o", c)
        h = o * self.phi_out(c)
        if self.P is not None:
            h = h @ self.P
        after = {"h": h, "c": c, "i": i, "f": f, "o": o}
        return h, {part: after[part] for part in self.parts}


class Gru(Cell):
    """h' = (1 - z) n + z h; the reset gate after (bU) or before the recurrent product."""

    def __init__(self, inputs: int, hidden: int, o: Options, p: Parameters) -> None:
        self.after = o.choice("reset", "after", "before") == "after"
        self.output, self.parts = hidden, {"h": hidden}
        n = 3 * hidden
        self.W, self.U, self.b = p.take("W", inputs, n), p.take("U", hidden, n), p.take("b", n)
        self.bU = p.take("bU", n) if self.after else np.zeros(n, np.float32)

    def project(self, x: Floats) -> Floats:
        return x @ self.W + self.b

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        h = s["h"]
        ar, az, an = np.split(a, 3, -1)
        if self.after:
            sr, sz, sn = np.split(h @ self.U + self.bU, 3, -1)
            r = sigmoid(ar + sr)
            n = tanh(an + r * sn)
        else:
            Ur, Uz, Un = np.split(self.U, 3, -1)
            sz = h @ Uz
            n = tanh(an + (sigmoid(ar + h @ Ur) * h) @ Un)
        z = sigmoid(az + sz)
        h = (1 - z) * n + z * h
        return h, {"h": h}


class LayerNormLstm(Cell):
    """a = LN(x W) gainW + LN(h U) gainU + b; h' = o tanh(LN(c') gainC + shiftC)"""

    def __init__(self, inputs: int, hidden: int, o: Options, p: Parameters) -> None:
        self.epsilon = o.real("epsilon", 1e-5, 1e-12, 1)
        self.output, self.parts = hidden, {"h": hidden, "c": hidden}
        n = 4 * hidden
        self.W, self.U, self.b = p.take("W", inputs, n), p.take("U", hidden, n), p.take("b", n)
        self.gainW, self.gainU = p.take("gainW", n), p.take("gainU", n)
        self.gainC, self.shiftC = p.take("gainC", hidden), p.take("shiftC", hidden)

    def project(self, x: Floats) -> Floats:
        return normalized(x @ self.W, self.epsilon) * self.gainW + self.b

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        i, f, g, o = np.split(a + normalized(s["h"] @ self.U, self.epsilon) * self.gainU, 4, -1)
        c = sigmoid(f) * s["c"] + sigmoid(i) * tanh(g)
        h = sigmoid(o) * tanh(normalized(c, self.epsilon) * self.gainC + self.shiftC)
        return h, {"h": h, "c": c}


class LayerNormGru(Cell):
    """LN over r and z together, and over n; then as gru with reset after, where only the candidate has a bias bN."""

    def __init__(self, inputs: int, hidden: int, o: Options, p: Parameters) -> None:
        self.epsilon = o.real("epsilon", 1e-5, 1e-12, 1)
        self.hidden, self.output, self.parts = hidden, hidden, {"h": hidden}
        n = 3 * hidden
        self.W, self.U, self.b = p.take("W", inputs, n), p.take("U", hidden, n), p.take("b", n)
        self.gainW, self.gainU, self.bN = p.take("gainW", n), p.take("gainU", n), p.take("bN", hidden)

    def _normalized(self, x: Floats) -> Floats:
        at = 2 * self.hidden
        return np.concatenate([normalized(x[..., :at], self.epsilon), normalized(x[..., at:], self.epsilon)], -1)

    def project(self, x: Floats) -> Floats:
        return self._normalized(x @ self.W) * self.gainW + self.b

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        h = s["h"]
        ar, az, an = np.split(a, 3, -1)
        sr, sz, sn = np.split(self._normalized(h @ self.U) * self.gainU, 3, -1)
        n = tanh(an + sigmoid(ar + sr) * (sn + self.bN))
        z = sigmoid(az + sz)
        h = (1 - z) * n + z * h
        return h, {"h": h}


class Zoneout(Cell):
    """Outside training, a part of the state is rate * before + (1 - rate) * after."""

    def __init__(self, cell: Cell, part: str, rate: float) -> None:
        if part not in cell.parts:
            raise ComportaError(f"[zoneout] expected a cell whose state has a part '{part}'")
        self.cell, self.part, self.rate = cell, part, np.float32(rate)
        self.output, self.parts = cell.output, cell.parts

    def project(self, x: Floats) -> Floats:
        return self.cell.project(x)

    def step(self, a: Floats, s: State) -> tuple[Floats, State]:
        y, after = self.cell.step(a, s)
        zoned = self.rate * s[self.part] + (1 - self.rate) * after[self.part]
        return (zoned if y is after[self.part] else y), {**after, self.part: zoned}


def build(spec: Spec, inputs: int, hidden: int, p: Parameters) -> Cell:
    """The cell that a specification names."""
    o = Options(spec)
    o.ignore("input-dropout", "recurrent-dropout")
    cell: Cell
    if spec.name == "rnn":
        cell = Rnn(inputs, hidden, o.choice("activation", "tanh", "identity", "relu", "sigmoid", "hard-threshold"), p)
    elif spec.name == "irnn":
        o.ignore("gain")
        cell = Rnn(inputs, hidden, "relu", p)
    elif spec.name in ("lstm", "gru", "layer-norm-lstm", "layer-norm-gru"):
        o.ignore("candidate-dropout")
        if spec.name != "layer-norm-gru":
            o.ignore("chrono")
        if spec.name.endswith("lstm"):
            o.ignore("forget-bias")
        kinds = {"lstm": Lstm, "gru": Gru, "layer-norm-lstm": LayerNormLstm, "layer-norm-gru": LayerNormGru}
        cell = kinds[spec.name](inputs, hidden, o, p)
    else:
        raise ComportaError(f"the model has a cell {quoted(spec.name)}, which this package does not support; use Java")
    o.done()
    return cell
