from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import comporta
from comporta import ComportaError, Model, ModelFile, Spec
from samples import GOLDEN, language_model, random_model, recurrent, translator

CELLS = [
    recurrent("rnn", cell_options={"activation": "relu"}),
    recurrent("lstm"),
    recurrent("lstm", cell_options={"variant": "fgr", "projection": 4}),
    recurrent("lstm", cell_options={"variant": "cifg"}),
    recurrent("gru", cell_options={"reset": "before"}, zoneout=0.2),
    recurrent("gru", learn_initial_state=True),
    recurrent("layer-norm-lstm"),
    recurrent("layer-norm-gru"),
    Spec("stack", {"layer": recurrent("lstm", 5), "depth": 2, "dropout": 0.1, "around": "highway"}),
]


def shown(spec: Spec) -> str:
    return str(spec)[:60]


@pytest.mark.parametrize("layer", CELLS, ids=shown)
def test_chunks_and_rows_do_not_change_the_result(layer: Spec) -> None:
    model = Model(language_model(layer))
    ids = np.random.default_rng(3).integers(0, 10, (7, 3))
    whole, _ = model.run(ids)
    first, carry = model.run(ids[:4])
    second, _ = model.run(ids[4:], carry=carry)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-6)
    alone, _ = model.run(ids[:, 1:2])
    np.testing.assert_allclose(alone, whole[:, 1:2], atol=1e-6)


@pytest.mark.parametrize("returns", ["sequence", "last", "states", "state"])
@pytest.mark.parametrize("merge", ["concatenate", "sum", "mean"])
def test_padding_does_not_change_the_result(returns: str, merge: str) -> None:
    layer = recurrent("lstm", 4, "bidirectional", merge=merge, returns=returns)
    model = Model(random_model(Spec("sequential", {"input-size": 3, "layers": [layer]})))
    x = np.random.default_rng(4).normal(size=(6, 2, 3))
    padded = np.concatenate([x[:, :1], np.full_like(x[:, :1], 9)], 1)
    padded[:4, 1] = x[:4, 1]
    both, _ = model.run(padded, [6, 4])
    for row, length in ((0, 6), (1, 4)):
        alone, _ = model.run((padded if row else x)[:length, row : row + 1])
        np.testing.assert_allclose(both[: len(alone), row], alone[:, 0], atol=1e-6)
    if returns == "sequence":
        assert not both[4:, 1].any()


def test_gates_are_where_the_equations_have_them() -> None:
    """An LSTM and a GRU in float64, written out for one row."""
    x = np.random.default_rng(5).normal(size=(4, 3))
    for cell, gates in (("lstm", 4), ("gru", 3)):
        file = random_model(Spec("sequential", {"input-size": 3, "layers": [recurrent(cell, 2)]}), 6)
        y, _ = Model(file).run(x[:, None])
        p = {name.split(".")[-1]: array.astype(float) for name, array in file.tensors.items()}
        h, c = np.zeros(2), np.zeros(2)
        for t in range(4):
            a, u = x[t] @ p["W"] + p["b"], h @ p["U"] + p.get("bU", 0)
            def s(k: int) -> Any:
                return 1 / (1 + np.exp(-(a + u)[2 * k : 2 * k + 2]))
            if gates == 4:
                c = s(1) * c + s(0) * np.tanh((a + u)[4:6])
                h = s(3) * np.tanh(c)
            else:
                h = (1 - s(1)) * np.tanh(a[4:] + s(0) * u[4:]) + s(1) * h
            np.testing.assert_allclose(y[t, 0], h, atol=1e-6)


@pytest.mark.parametrize("attention", ["additive", "general", "location", "coverage", "local"])
@pytest.mark.parametrize("look", ["before", "after"])
def test_attention_does_not_see_padding(attention: str, look: str) -> None:
    decoder = Spec("attention-decoder", {"cell": "gru", "hidden": 4, "attention": attention, "look": look})
    model = Model(translator([recurrent("gru", 4, "bidirectional")], decoder))
    source = np.array([[2, 3], [4, 5], [6, 0], [1, 0]])
    target = np.array([[1, 1], [3, 4], [5, 6]])
    both, _, weights = model.decode(target, model.encode(source, [4, 2]))
    alone, _, _ = model.decode(target[:, 1:], model.encode(source[:2, 1:]))
    np.testing.assert_allclose(both[:, 1:], alone, atol=1e-6)
    assert weights is not None and not weights[1, 2:].any()
    if attention != "local":
        np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6)


def test_translates_and_generates() -> None:
    assert comporta.load(GOLDEN / "translation.comporta").translate("the cat").text
    assert comporta.load(GOLDEN / "numbers.comporta").translate(" \u00a0") == comporta.Translation("", 0.0)
    model = comporta.load(GOLDEN / "char-lm.comporta")
    text = model.generate("the", 20)
    assert len(text) == 20 and model.generate("the" + text[:5], 15) == text[5:]
    assert abs(model.next("the").sum() - 1) < 1e-12


@pytest.mark.parametrize(
    "spec, message",
    [
        (Spec("x"), "'x', which"),
        (Spec("sequential", {"input-size": 2, "layers": [Spec("conv1d")]}), "layer 'conv1d'"),
        (Spec("sequential", {"input-size": 2, "layers": [recurrent("mgu")]}), "cell 'mgu'"),
        (Spec("sequential", {"input-size": 2, "layers": [Spec("softmax", {"heat": 1})]}), "option 'heat'"),
        (Spec("sequential", {"input-size": 2, "layers": ["soft\nmax"]}), "printable"),
        (Spec("sequential", {"input-size": 0, "layers": [Spec("softmax")]}), "embedding for ids"),
        (Spec("sequential", {"input-size": 2, "layers": []}), "at least one"),
        (Spec("sequential", {"input-size": True, "layers": ["softmax"]}), "whole number"),
        (Spec("sequential", {"input-size": 2, "layers": [Spec("attention-decoder")]}), "attention-decoder"),
        (Spec("sequential", {"input-size": 2, "layers": [Spec("dense", {"units": 3, "activation": "gelu"})]}), "gelu"),
    ],
)
def test_what_is_not_supported_is_rejected_by_name(spec: Spec, message: str) -> None:
    with pytest.raises(ComportaError, match=message):
        random_model(spec)


def test_tensors_must_be_those_of_the_specification() -> None:
    good = random_model(Spec("sequential", {"input-size": 2, "layers": [Spec("dense", {"units": 3})]}))
    for change, message in (
        ({"layers.0.b": np.zeros(4, np.float32)}, "of shape \\[3\\]"),
        ({"more": np.zeros(1, np.float32)}, "not a parameter"),
        ({"layers.0.b": np.array([1, np.nan, 1], np.float32)}, "finite"),
    ):
        with pytest.raises(ComportaError, match=message):
            Model(ModelFile(good.spec, {**good.tensors, **change}))


def test_a_stack_of_stacks_is_bounded() -> None:
    spec = Spec("dropout")
    for _ in range(5):
        spec = Spec("stack", {"layer": spec, "depth": 1024})
    with pytest.raises(ComportaError, match="4096 layers"):
        random_model(Spec("sequential", {"input-size": 2, "layers": [spec]}))


def test_arrays_have_the_names_of_pytorch() -> None:
    alone = random_model(Spec("sequential", {"input-size": 3, "layers": [recurrent("gru", 4, "bidirectional")] * 2}))
    arrays = Model(alone).arrays()
    assert arrays["weight_ih_l1_reverse"].shape == (12, 8) and len(arrays) == 16
    np.testing.assert_array_equal(arrays["bias_hh_l0"], alone.tensors["layers.0.forward.bU"])
    model = Model(language_model(recurrent("lstm", cell_options={"projection": 4}), Spec("dropout"), recurrent("gru")))
    assert sorted(model.arrays())[:3] == ["0.weight", "1.bias_hh_l0", "1.bias_ih_l0"]
    assert model.arrays()["1.weight_hr_l0"].shape == (4, 6) and "3.weight_ih_l0" in model.arrays()
    for layer in (recurrent("lstm", cell_options={"peepholes": True}), recurrent("gru", reverse=True)):
        with pytest.raises(ComportaError, match="PyTorch"):
            Model(random_model(Spec("sequential", {"input-size": 3, "layers": [layer]}))).arrays()


def test_to_torch_says_what_is_missing_or_gives_tensors_that_load() -> None:
    file = random_model(Spec("sequential", {"input-size": 3, "layers": [recurrent("lstm", 4)] * 2}))
    model = Model(file)
    try:
        import torch
    except ImportError:
        with pytest.raises(ComportaError, match="package torch"):
            model.to_torch()
        return
    module = torch.nn.LSTM(3, 4, 2)
    module.load_state_dict(model.to_torch())
    x = np.random.default_rng(8).normal(size=(5, 2, 3)).astype(np.float32)
    y, _ = model.run(x)
    np.testing.assert_allclose(module(torch.from_numpy(x))[0].detach().numpy(), y, atol=2e-6)


def command(*arguments: str, given: str = "") -> Any:
    return subprocess.run(
        [sys.executable, "-m", "comporta", *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )


def test_the_command() -> None:
    inspected = command("inspect", str(GOLDEN / "char-lm.comporta"))
    assert inspected.returncode == 0 and "tensor layers.1.cell.U [4, 16]" in inspected.stdout
    generated = command("generate", str(GOLDEN / "char-lm.comporta"), "--prompt", "the", "--length", "5")
    assert generated.returncode == 0 and generated.stdout.startswith("the") and len(generated.stdout) == 9
    translated = command("translate", str(GOLDEN / "translation.comporta"), given="the cat\n\n")
    assert translated.returncode == 0 and translated.stdout.count("\n") == 2
    refused = command("inspect", "README.md")
    assert refused.returncode == 2 and "Traceback" not in refused.stderr and json.dumps(refused.stderr).count("\\n") == 1


def test_a_linear_path_reads_the_last_rows_next_to_layers() -> None:
    layers = [recurrent("gru", 4), Spec("pool-time"), Spec("dense", {"units": 2})]
    spec = Spec("autoregressive", {"lags": 3, "units": 2, "centered": True, "layers": layers})
    file = random_model(Spec("sequential", {"input-size": 3, "layers": [spec]}))
    x = np.random.default_rng(8).normal(size=(5, 2, 3)).astype(np.float32)
    y, _ = Model(file).run(x, [5, 2])
    inner = Spec("sequential", {"input-size": 3, "layers": layers})
    own = {k.removeprefix("layers.0."): v for k, v in file.tensors.items() if k.startswith("layers.0.layers.")}
    rest = Model(ModelFile(inner, own, file.vocabularies, file.provenance))
    W, b = file.tensors["layers.0.W"], file.tensors["layers.0.b"]
    for row, length in ((0, 5), (1, 2)):
        f, _ = rest.run((x - x[length - 1])[:length, row : row + 1])
        expected = f[0, 0] + b
        for k in range(min(3, length)):
            expected = expected + x[length - 1 - k, row] @ W[3 * k : 3 * k + 3]
        np.testing.assert_allclose(y[0, row], expected, atol=1e-5)


def test_a_step_decoder_reads_the_last_timestep_in_every_step() -> None:
    inner = [recurrent("gru", 4), Spec("dense", {"units": 2})]
    spec = Spec("step-decoder", {"steps": 3, "layers": inner})
    file = random_model(Spec("sequential", {"input-size": 3, "layers": [spec]}))
    x = np.random.default_rng(9).normal(size=(5, 2, 3)).astype(np.float32)
    y, _ = Model(file).run(x, [5, 2])
    own = {k.removeprefix("layers.0."): v for k, v in file.tensors.items()}
    rest = Model(ModelFile(Spec("sequential", {"input-size": 3, "layers": inner}), own, file.vocabularies, file.provenance))
    for row, length in ((0, 5), (1, 2)):
        f, _ = rest.run(np.repeat(x[length - 1 : length, row : row + 1], 3, axis=0))
        np.testing.assert_allclose(y[0, row], f[:, 0].reshape(-1), atol=1e-5)
