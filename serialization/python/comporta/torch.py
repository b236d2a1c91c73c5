"""Parameters with PyTorch's names and layouts, as Java's TorchExport writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .cells import ACTIVATIONS, Cell, Gru, Lstm, Rnn, tanh
from .errors import ComportaError
from .storage import Floats
from .layers import Dense, Embedding, Function, Layer, LayerNorm, PoolTime, Recurrent

if TYPE_CHECKING:
    from .model import Model


def arrays(model: Model) -> dict[str, Floats]:
    """Consecutive recurrent layers of one kind and size become one module; alone, it has no prefix."""
    if model.encoder:
        raise ComportaError("cannot pass an encoder to PyTorch, which has no counterpart")
    stacks: list[tuple[int, tuple[object, ...], int]] = []  # first layer, kind, depth; of each recurrent layer
    placed: dict[int, tuple[int, int]] = {}  # layer: first layer of its stack, number within it
    for n, layer in enumerate(model.layers):
        if not isinstance(layer, Recurrent):
            stacks.append((n, (), 0))
            continue
        kind = _kind(n, layer)
        first, before, depth = stacks[-1] if stacks else (n, (), 0)
        goes_on = depth > 0 and before == kind and _returns(model.layers[n - 1]) == "sequence"
        stacks.append((first, kind, depth + 1) if goes_on else (n, kind, 1))
        placed[n] = (stacks[-1][0], stacks[-1][2] - 1)
    alone = len(placed) == len(model.layers) and all(first == 0 for first, _ in placed.values())
    found: dict[str, Floats] = {}
    for n, layer in enumerate(model.layers):
        if isinstance(layer, Recurrent):
            first, number = placed[n]
            for side, direction in layer.directions.items():
                end = f"_l{number}" + ("_reverse" if side == "backward." else "")
                _cell(found, direction.cell, "" if alone else f"{first}.", end)
        elif isinstance(layer, Dense):
            if layer.tied:
                raise ComportaError(f"cannot pass layer {n} to PyTorch: it shares the table of an embedding")
            found[f"{n}.weight"] = layer.W.T
            if layer.bias:
                found[f"{n}.bias"] = layer.b
        elif isinstance(layer, Embedding):
            found[f"{n}.weight"] = layer.table
        elif isinstance(layer, LayerNorm):
            found[f"{n}.weight"], found[f"{n}.bias"] = layer.gamma, layer.beta
        elif not isinstance(layer, (Function, PoolTime)):
            raise ComportaError(f"cannot pass layer {n} to PyTorch, which has no counterpart of {type(layer).__name__}")
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def _returns(layer: Layer) -> str:
    return next(iter(layer.directions.values())).returns if isinstance(layer, Recurrent) else "sequence"


def _kind(n: int, layer: Recurrent) -> tuple[object, ...]:
    """What layers of one module have in common."""
    side, direction = next(iter(layer.directions.items()))
    cell = direction.cell
    plain = not direction.initial and direction.returns in ("sequence", "last") and layer.merge == "concatenate"
    if not plain or (side == "" and direction.reverse):
        raise ComportaError(f"cannot pass layer {n} to PyTorch: its direction, merge or what it returns has no counterpart")
    if isinstance(cell, Gru) and cell.after:
        return "GRU", cell.output, side, 0
    if isinstance(cell, Rnn) and cell.phi in (tanh, ACTIVATIONS["relu"]):
        return "RNN", cell.output, side, cell.phi is tanh
    if isinstance(cell, Lstm) and cell.is_plain():
        return "LSTM", cell.hidden, side, cell.output
    raise ComportaError(f"cannot pass layer {n} to PyTorch, which has no counterpart of its {type(cell).__name__} cell")


def _cell(found: dict[str, Floats], cell: Cell, prefix: str, end: str) -> None:
    assert isinstance(cell, (Gru, Rnn, Lstm))
    found[f"{prefix}weight_ih{end}"], found[f"{prefix}weight_hh{end}"] = cell.W.T, cell.U.T
    found[f"{prefix}bias_ih{end}"] = cell.b
    found[f"{prefix}bias_hh{end}"] = cell.bU if isinstance(cell, Gru) else np.zeros_like(cell.b)
    if isinstance(cell, Lstm) and cell.P is not None:
        found[f"{prefix}weight_hr{end}"] = cell.P.T
