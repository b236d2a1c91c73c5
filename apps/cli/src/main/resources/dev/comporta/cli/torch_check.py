"""Builds modules of PyTorch, loads an export of Comporta into them, and prints what they compute.

Reads a JSON object from standard input: file, steps (as TorchExport says), shape and input.
"""

import json
import struct
import sys

import torch
from torch import nn

ACTIVATIONS = {
    "identity": lambda x: x,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "softplus": nn.functional.softplus,
    "softmax": lambda x: torch.softmax(x, -1),
    "log-softmax": lambda x: torch.log_softmax(x, -1),
    "hard-threshold": lambda x: (x > 0).to(x.dtype),
}


def arrays(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    result = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = torch.frombuffer(bytearray(data[begin:end]), dtype=torch.float32)
            result[name] = values.reshape(entry["shape"])
    return result


def module(step):
    kind = step["module"]
    if kind == "Linear":
        return nn.Linear(step["inputs"], step["outputs"], bias=step["bias"])
    if kind == "Embedding":
        return nn.Embedding(step["vocabulary"], step["outputs"])
    if kind == "LayerNorm":
        return nn.LayerNorm(step["outputs"], eps=step["epsilon"])
    options = {"num_layers": step["layers"], "bidirectional": step["bidirectional"], "batch_first": True}
    if kind == "LSTM" and step["projection"]:
        options["proj_size"] = step["projection"]
    if kind == "RNN" and step["relu"]:
        options["nonlinearity"] = "relu"
    return getattr(nn, kind)(step["inputs"], step["hidden"], **options)


def run(steps, state, x):
    used = set()
    for step in steps:
        kind = step["module"]
        if kind == "pool":
            x = {"last": x[:, -1:], "mean": x.mean(1, True), "max": x.max(1, True)[0]}[step["mode"]]
        elif kind == "activation":
            x = ACTIVATIONS[step["activation"]](x)
        else:
            own = {name: values for name, values in state.items() if name.startswith(step["prefix"])}
            used.update(own)
            layer = module(step)
            layer.load_state_dict({name[len(step["prefix"]) :]: values for name, values in own.items()})
            layer.eval()
            if kind in ("LSTM", "GRU", "RNN"):
                x, _ = layer(x)
                if step["last"]:
                    half = x.shape[-1] // 2
                    both = torch.cat([x[:, -1:, :half], x[:, :1, half:]], -1)
                    x = both if step["bidirectional"] else x[:, -1:]
            else:
                x = ACTIVATIONS[step.get("activation", "identity")](layer(x))
    if used != set(state):
        raise SystemExit("arrays that no module loads: " + ", ".join(sorted(set(state) - used)))
    return x


def main():
    task = json.load(sys.stdin)
    kind = torch.float32 if len(task["shape"]) == 3 else torch.int64
    x = torch.tensor(task["input"], dtype=torch.float64).reshape(task["shape"]).to(kind)
    with torch.no_grad():
        y = run(task["steps"], arrays(task["file"]), x)
    json.dump({"version": torch.__version__, "output": y.double().flatten().tolist()}, sys.stdout)


main()
