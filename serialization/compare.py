"""Compares Python and C with Java: trains tiny models with ./comporta, lets all of them predict, prints the differences.

Usage: compare.py COMPORTA-C FOLDER. Exit code 1 if a difference is above the bound.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "serialization/python"), str(ROOT / "serialization/python/tests")]

import comporta  # noqa: E402
from comporta import Spec  # noqa: E402
from comporta.cells import log_softmax  # noqa: E402
from comporta.text import Words  # noqa: E402
from samples import GOLDEN, language_model, recurrent, translator  # noqa: E402

BOUND = 1e-5
WORST: dict[str, tuple[float, str]] = {}
FAILED: list[str] = []


def java(*arguments: str, given: str = "") -> list[Any]:
    """What a command prints with --json, one object per line."""
    command = [str(ROOT / "comporta"), *arguments]
    quick = {} if arguments[0] in ("train", "verify") else {"COMPORTA_JAVA_OPTS": "-XX:TieredStopAtLevel=1"}
    environment = {**os.environ, **quick}
    done = subprocess.run(command, input=given, capture_output=True, text=True, encoding="utf-8", env=environment)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def check(name: str, language: str, ours: list[float], theirs: list[float]) -> None:
    """The largest difference: absolute, or relative where a value exceeds 1."""
    largest = max((abs(a - b) / max(1, abs(b)) for a, b in zip(ours, theirs)), default=math.inf)
    if len(ours) != len(theirs) or not all(math.isfinite(value) for value in [*ours, *theirs]):
        largest = math.inf
    print(f"{name:34} {language:7} {largest:.2e} over {len(ours)} numbers{'' if largest <= BOUND else '  TOO FAR'}")
    WORST[language] = max(WORST.get(language, (0.0, "")), (largest, name))
    if largest > BOUND:
        FAILED.append(f"{name} in {language}")


def same(name: str, ours: Any, theirs: Any) -> None:
    if ours != theirs:
        FAILED.append(f"{name}: expected {theirs!r} but got {ours!r}")


def in_c(program: str, path: Path, values: Any) -> Any:
    """The outputs of each timestep."""
    given = "\n".join(" ".join(f"{v:.9g}" for v in np.atleast_1d(row)) for row in values)
    done = subprocess.run([program, "run", str(path)], input=given, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"comporta-c run {path.name} failed: {done.stderr}")
    return np.array([[float(v) for v in line.split()] for line in done.stdout.splitlines()])


def language(name: str, path: Path, lines: list[str], program: str | None) -> None:
    """Java scores lines; Python scores, predicts and continues them; C scores them step by step."""
    model = comporta.load(path)
    tokens = model.tokens()
    answers = java("predict", "--model", str(path), "--length", "12", "--json", given="\n".join(lines) + "\n")
    ours: list[float] = []
    theirs: list[float] = []
    c_losses: list[float] = []
    for line, answer in zip(lines, answers):
        probabilities = model.next(line)
        named: dict[str, float] = {}
        for i in np.argsort(-probabilities, kind="stable")[:5]:
            token = tokens.decode([int(i)])
            named[token] = named.get(token, 0.0) + float(probabilities[i])
        ours += [model.loss(line), *(named.get(token, math.nan) for token in answer["next"])]
        theirs += [answer["loss"], *answer["next"].values()]
        same(f"{name}: continuation of {line!r}", model.generate(line, 12, opened=True), answer["continuation"])
        ids = [tokens.start, *tokens.encode(line)]
        after = ids[1:] + ([tokens.end] if isinstance(tokens, Words) else [])
        if program:
            logs = log_softmax(in_c(program, path, ids)[: len(after)])
            c_losses.append(-float(np.mean(logs[np.arange(len(after)), after])) if after else 0.0)
    same(f"{name}: answers", len(answers), len(lines))
    check(name, "Python", ours, theirs)
    if program:
        check(name, "C", c_losses, [answer["loss"] for answer in answers])


def pairs(name: str, path: Path, sentences: list[str]) -> None:
    model = comporta.load(path)
    answers = java("predict", "--model", str(path), "--beam", "1", "--length-penalty", "0", "--json", *sentences)
    ours = [model.translate(sentence) for sentence in sentences]
    same(f"{name}: translations", [it.text for it in ours], [it["translation"] for it in answers])
    check(name, "Python", [it.score for it in ours], [it["score"] for it in answers])


def series(name: str, path: Path, table: Path, program: str | None) -> None:
    model = comporta.load(path)
    head, *rows = [line.split(",") for line in table.read_text().splitlines()]
    columns = [head.index(column) for column in model.columns()]
    numbers = [[float(row[column]) for column in columns] for row in rows]
    theirs = [it["value"] for it in java("predict", "--model", str(path), "--json", given=table.read_text())]
    check(name, "Python", model.forecast(numbers), theirs)
    if program is None:
        return
    metrics = model.file.metrics
    mean = np.array([metrics[f"mean of {it}"] for it in model.columns()])
    deviation = np.array([metrics[f"deviation of {it}"] for it in model.columns()])
    window = int(str(model.file.provenance.hyper_parameters.options["window"]))
    outputs = in_c(program, path, (np.array(numbers[-window:]) - mean) / deviation)[-1]
    check(name, "C", list(outputs * deviation[0] + mean[0]), theirs)


def training_data(folder: Path) -> None:
    words = "the a small old dog cat bird sees hears likes slowly again".split()
    lines = [" ".join(words[(i * k) % len(words)] for k in (1, 3, 5, 7, 2)) for i in range(1, 200)]
    (folder / "text.txt").write_text("\n".join(lines) + "\n")
    pairs = [f"{line}\t{' '.join(word[::-1] for word in line.split())}" for line in lines]
    (folder / "pairs.tsv").write_text("\n".join(pairs) + "\n")
    rows = [f"{t},{20 + 5 * math.sin(t / 5):.4f},{1000 + 30 * math.cos(t / 7):.3f}" for t in range(200)]
    (folder / "series.csv").write_text("time,level,load\n" + "\n".join(rows) + "\n")


def train(folder: Path, name: str, task: str, *options: str) -> Path:
    path = folder / f"{name}.comporta"
    java("train", task, "--out", str(path), "--steps", "30", "--batch", "8", "--json", *options)
    return path


def trained_models(program: str, folder: Path) -> None:
    text = ["--data", str(folder / "text.txt"), "--layers", "2", "--hidden", "24", "--dropout", "0.1", "--sample", "0"]
    lines = ["the small dog", "a cat hears", "", "birds again the"]
    for cell in ("lstm", "gru"):
        language(f"char-lm {cell}", train(folder, f"char-{cell}", "char-lm", *text, "--cell", cell), lines, program)
    bpe = train(folder, "bpe", "char-lm", *text, "--tokens", "bpe", "--merges", "60")
    language("char-lm bpe", bpe, ["the small dog", "d\u00e9j\u00e0 vu \U0001f600", "  12a "], program)
    words = train(folder, "words", "word-lm", *text, "--cell", "gru")
    language("word-lm gru", words, ["the small dog", "a zebra", ""], program)
    pairs("numbers", GOLDEN / "numbers.comporta", ["12", "7", "480", "99"])
    pairs("dates", GOLDEN / "dates.comporta", ["12 May 1999", "3.4.2021"])
    options = ["--data", str(folder / "pairs.tsv"), "--tokens", "bpe", "--merges", "20", "--minimum-frequency", "1"]
    parts = train(folder, "parts", "translation", *options, "--hidden", "12", "--embedding", "8")
    pairs("translation bpe", parts, ["the small dog", "a bird hears unseen", " "])
    table = folder / "series.csv"
    columns = ["--column", "level", "--also", "load", "--window", "24", "--horizon", "3", "--layers", "2"]
    alone = ["--linear", "none", "--scale", "level"]
    forecast = train(folder, "forecast", "forecast", "--data", str(table), "--cell", "lstm", *columns, *alone)
    series("forecast lstm", forecast, table, program)
    both = train(folder, "both", "forecast", "--data", str(table), "--scale", "log", *columns)
    series("forecast with a linear path of logarithms", both, table, None)


def models_of_python(program: str, folder: Path) -> None:
    """Random models that Python writes: Java loads them, and all compute the same."""
    variants = [recurrent("lstm", cell_options={"variant": it}) for it in ("nig", "nog", "niaf", "noaf", "cifg", "fgr")]
    stack = Spec("stack", {"layer": recurrent("gru", 5), "depth": 2, "dropout": 0.5, "around": "residual"})
    highway = Spec("highway", {"layers": [recurrent("lstm", 5), "softmax"]})
    projected = recurrent("lstm", cell_options={"peepholes": True, "gate-recurrence": True, "projection": 4})
    learned = [recurrent("lstm", learn_initial_state=True), recurrent("gru", learn_initial_state=True)]
    before = recurrent("gru", cell_options={"reset": "before"})
    softplus = Spec("activation", {"function": "softplus"})
    others = [
        recurrent("lstm", zoneout=0.2, zoneout_c=0.4, returns="states"), recurrent("gru", zoneout=0.3),
        *(recurrent("rnn", cell_options={"activation": phi}) for phi in ("relu", "sigmoid")), recurrent("irnn"),
        recurrent("layer-norm-lstm"), recurrent("layer-norm-gru"), Spec("layer-norm"),
        Spec("dense", {"units": 5, "activation": "tanh"}), stack, highway,
    ]  # fmt: skip
    groups: list[tuple[str, list[Spec], str | None]] = [
        ("lstm variants", variants[:3], program),
        ("more lstm variants", variants[3:], program),
        ("lstm and gru options", [projected, before, softplus, *learned], program),
        ("other cells", others[:5], None),
        ("other cells and layers", others[5:], None),
    ]
    for name, layers, reads in groups:
        path = folder / f"{name.replace(' ', '-')}.comporta"
        comporta.write(language_model(*layers), path)
        language(name, path, ["abc", "", "hgfedcba"], reads)
    both = recurrent("gru", 4, "bidirectional")
    last = [recurrent("lstm", 3, "bidirectional", merge="sum"), Spec("reverse"), recurrent("lstm", 4)]
    decoders: list[tuple[list[Spec], Spec]] = [
        (last, Spec("decoder", {"cell": "lstm", "hidden": 4, "context": True, "read-out": "maxout"})),
        ([both], Spec("decoder", {"cell": "gru", "hidden": 4, "context": False})),
        ([Spec("dense", {"units": 4})], Spec("attention-decoder", {"cell": "gru", "hidden": 4, "attention": "dot"})),
    ]
    looks = (("additive", "before"), ("general", "after"), ("location", "after"), ("coverage", "before"), ("local", "after"))
    for score, look in looks:
        cell = "lstm" if look == "after" else "gru"
        decoders.append(([both], Spec("attention-decoder", {"cell": cell, "hidden": 5, "attention": score, "look": look})))
    for n, (encoder, decoder) in enumerate(decoders):
        path = folder / f"decoder-{n}.comporta"
        comporta.write(translator(encoder, decoder, n), path)
        score = decoder.options.get("attention", "")
        pairs(f"{decoder.name} {score} {decoder.options.get('look', '')}", path, ["a b c", "g f e d a x", "b"])
    written = folder / "lstm-variants.comporta"
    count = sum(it.size for it in comporta.read(written).tensors.values())
    same("the parameters that inspect counts", count, java("inspect", str(written), "--json")[0]["parameters"])


def rewritten(folder: Path) -> None:
    """A trained model that Python read and wrote is the same to Java: verify trains it again and compares the bits."""
    path = folder / "char-lstm.comporta"
    copy = folder / "copy.comporta"
    comporta.write(comporta.read(path), copy)
    same("the bytes of a copy", copy.read_bytes() == path.read_bytes(), True)
    same("verify", java("verify", str(copy), "--data", str(folder / "text.txt"), "--json") != [], True)


def stored_types(program: str, folder: Path) -> None:
    """A model in each storage type: Java and Python write the same bytes, and all compute the same with them."""
    path = folder / "char-lstm.comporta"
    for type in ("f32", "f16", "bf16", "int8"):
        out = folder / f"char-lstm-{type}.comporta"
        java("convert", str(path), "--dtype", type, "--out", str(out))
        converted = comporta.convert(comporta.read(path), type)
        same(f"the bytes of {type}", comporta.to_bytes(converted) == out.read_bytes(), True)
        same(f"the types of {type}", comporta.read(out).storage, converted.storage)
        language(f"char-lm lstm in {type}", out, ["the small dog", "a cat hears", ""], program)


def exported(folder: Path) -> None:
    """PyTorch's names and layouts are those of Java's export."""
    path, out = folder / "char-gru.comporta", folder / "out.safetensors"
    java("export", str(path), "--to", "safetensors", str(out))
    data = out.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    ours = comporta.load(path).arrays()
    same("names of export", sorted(ours), sorted(header))
    for name, it in header.items():
        start, end = it["data_offsets"]
        same(f"export of {name}", ours[name].tobytes(), data[8 + size + start : 8 + size + end])


def main(program: str, folder: Path) -> int:
    training_data(folder)
    trained_models(program, folder)
    models_of_python(program, folder)
    rewritten(folder)
    stored_types(program, folder)
    exported(folder)
    for spoken, (largest, name) in WORST.items():
        print(f"{spoken}: the largest difference is {largest:.2e} ({name}), the bound {BOUND:.0e}")
    for failure in FAILED:
        print(f"failed: {failure}")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
