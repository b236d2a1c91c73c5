"""Decoders of an encoder-decoder: without attention, or with any of the scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import cells
from .cells import Parameters, State, sigmoid, softmax
from .errors import ComportaError, quoted
from .files import Spec
from .layers import Layer, Output
from .options import Options
from .storage import Floats


@dataclass(frozen=True)
class Source:
    """What the encoder made of the sources."""

    annotations: Floats  # [B, S, K], 0 at padding
    summary: Floats  # [B, N]
    lengths: Any  # [B], or None if no row is padded


@dataclass(frozen=True)
class Memory:
    """What a decoder needs of a source, computed once."""

    source: Source
    keys: Floats  # [B, S, A]
    bridge: State


class Score:
    """Scores of queries and keys [B, S], and the weights that they become."""

    def __init__(self, spec: Spec, query: int, key: int, p: Parameters) -> None:
        o = Options(spec)
        self.name = spec.name
        self.local = spec.name == "local"
        if self.local:
            self.name = o.choice("score", "general", "dot", "scaled-dot", "additive")
            units = o.size("units", query)
            self.reach = np.float32(o.size("reach", 10))
        self.past = spec.name in ("location", "coverage")
        self.cumulative = o.flag("cumulative", spec.name == "coverage") if self.past else False
        if self.name in ("additive", "location", "coverage"):
            a = o.size("units", query)
            self.W_query, self.W_key = p.take("W_query", query, a), p.take("W_key", key, a)
            self.b, self.v = p.take("b", a), p.take("v", a)
            if self.past:
                width = o.size("width", 1 if spec.name == "coverage" else 5)
                self.U = p.take("U", width, a)
        elif self.name == "general":
            self.W = p.take("W", query, key)
        elif self.name not in ("dot", "scaled-dot"):
            raise ComportaError(f"the model has an attention {quoted(self.name)}, which this package does not support")
        elif query != key:
            raise ComportaError(f"[{self.name}] expected queries and keys of one size but got {query} and {key}")
        if self.local:
            self.W_p, self.v_p = p.take("W_p", query, units), p.take("v_p", units)
        o.done()

    def keys(self, annotations: Floats) -> Floats:
        additive = self.name in ("additive", "location", "coverage")
        return annotations @ self.W_key + self.b if additive else annotations

    def weights(self, q: Floats, memory: Memory, past: Floats | None) -> Floats:
        keys, lengths, query = memory.keys, memory.source.lengths, q
        positions = np.arange(keys.shape[1])
        if self.name in ("additive", "location", "coverage"):
            hidden = keys
            if past is not None:
                reach = len(self.U) // 2
                padded = np.pad(past, ((0, 0), (reach, reach)))
                for d, row in enumerate(self.U):
                    hidden = hidden + padded[:, d : d + len(positions), None] * row
            e = np.tanh(hidden + (q @ self.W_query)[:, None]) @ self.v
        else:
            if self.name == "general":
                q = q @ self.W
            elif self.name == "scaled-dot":
                q = q * np.float32(1 / np.sqrt(q.shape[-1]))
            e = (keys * q[:, None]).sum(-1)
        least = np.float32(-np.finfo(np.float32).max)
        factor = np.ones_like(e)
        if self.local:
            count = len(positions) if lengths is None else lengths[:, None].astype(np.float32)
            centre = sigmoid(np.tanh(query @ self.W_p) @ self.v_p)[:, None] * count
            distance = (positions + 1).astype(np.float32) - centre
            e = np.where(np.abs(distance) > self.reach, least, e)
            factor = np.exp(distance**2 * np.float32(-2) / self.reach**2)
        inside = np.ones_like(e, bool) if lengths is None else positions < lengths[:, None]
        return np.where(inside, softmax(np.where(inside, e, least)) * factor, np.float32(0))


class Decoder(Layer):
    """decoder and attention-decoder; the part h of the state is the query."""

    def __init__(self, o: Options, inputs: int, annotations: int, summary: int, p: Parameters) -> None:
        hidden = o.size("hidden")
        self.attends = o.name == "attention-decoder"
        self.context = not self.attends and o.flag("context", True)
        self.after = self.attends and o.choice("look", "before", "after") == "after"
        self.feeding = self.after and o.flag("input-feeding", True)
        before = self.attends and not self.after
        extra = summary if self.context else hidden if self.feeding else annotations if before else 0
        self.cell = cells.build(o.spec("cell"), inputs + extra, hidden, p.under("cell."))
        if self.cell.parts.get("h") != hidden:
            raise ComportaError(f"[{o.name}] expected a cell with a state part 'h' of size {hidden}")
        size = self.cell.output + (annotations if before else 0)
        self.score: Score | None = None
        if self.attends:
            self.score = Score(o.spec("attention", "additive"), hidden, annotations, p.under("attention."))
        if self.after:
            self.combine = p.take("combine.W", self.cell.output + annotations, hidden)
            size = hidden
        self.bridge = {
            part: (p.take(f"bridge.{part}.W", summary, n), p.take(f"bridge.{part}.b", n))
            for part, n in self.cell.parts.items()
        }
        kinds = ("dense", "maxout", "none") if before else ("none", "dense", "maxout")
        self.read_out, self.units = o.choice("read-out", *kinds), size
        if self.read_out != "none":
            self.units = o.size("read-out-size", hidden)
            columns = self.units * (2 if self.read_out == "maxout" else 1)
            self.W, self.b = p.take("read-out.W", size, columns), p.take("read-out.b", columns)
            self.W_input = p.take("read-out.W_input", inputs, columns)
        self.output, self.hidden = self.units, hidden

    def remember(self, source: Source) -> Memory:
        bridge = {part: np.tanh(source.summary @ W + b) for part, (W, b) in self.bridge.items()}
        return Memory(source, self.score.keys(source.annotations) if self.score else source.annotations, bridge)

    def begin(self, memory: Memory) -> State:
        """The state at the start of a target."""
        batch, positions = memory.source.annotations.shape[:2]
        state = dict(memory.bridge)
        if self.feeding:
            state["feed"] = np.zeros((batch, self.hidden), np.float32)
        if self.score and self.score.past:
            state["past"] = np.zeros((batch, positions), np.float32)
        return state

    def decode(self, x: Floats, lengths: Any, s: State, memory: Memory) -> tuple[Output, Floats | None]:
        """The output, and the attention weights of the last timestep [B, S]."""
        outputs = np.zeros((*x.shape[:2], self.W.shape[0] if self.read_out != "none" else self.output), np.float32)
        weights: Floats | None = None
        for t in range(len(x)):
            out, after, w = self._step(x[t], s, memory)
            inside = np.ones((x.shape[1], 1), bool) if lengths is None else (t < lengths)[:, None]
            outputs[t] = np.where(inside, out, np.float32(0))
            s = {name: np.where(inside, after[name], s[name]) for name in after}
            weights = np.where(inside, w, weights) if w is not None and weights is not None else w
        if self.read_out != "none":
            outputs = outputs @ self.W + x @ self.W_input + self.b
            halves = np.split(outputs, 2, -1) if self.read_out == "maxout" else []
            outputs = np.maximum(halves[0], halves[1]) if halves else np.tanh(outputs)
        return (outputs, lengths, s), weights

    def _step(self, x: Floats, s: State, memory: Memory) -> tuple[Floats, State, Floats | None]:
        c = w = None
        if self.score and not self.after:
            w, c = self._read(s["h"], s, memory)
        extra = memory.source.summary if self.context else s["feed"] if self.feeding else c
        y, after = self.cell.step(self.cell.project(x if extra is None else np.concatenate([x, extra], -1)), s)
        if self.score and self.after:
            w, c = self._read(after["h"], s, memory)
            y = np.tanh(np.concatenate([y, c], -1) @ self.combine)
        elif c is not None:
            y = np.concatenate([y, c], -1)
        if self.feeding:
            after["feed"] = y
        if self.score and self.score.past and w is not None:
            after["past"] = s["past"] + w if self.score.cumulative else w
        return y, after, w

    def _read(self, q: Floats, s: State, memory: Memory) -> tuple[Floats, Floats]:
        assert self.score
        w = self.score.weights(q, memory, s.get("past"))
        return w, (w[..., None] * memory.source.annotations).sum(1)
