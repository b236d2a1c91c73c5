"""python -m comporta inspect|generate|translate FILE"""

from __future__ import annotations

import argparse
import sys

from . import ComportaError, Spec, Storage, load, read
from .files import Value


def shown(value: Value) -> str:
    """A specification as people write it."""
    if isinstance(value, Spec):
        options = ", ".join(f"{name}: {shown(each)}" for name, each in value.options.items())
        return f"{value.name}({options})" if options else value.name
    if isinstance(value, list):
        return "[" + ", ".join(shown(each) for each in value) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else ascii(value).strip("'")


def inspect(path: str) -> None:
    model = read(path)
    print(f"{'checkpoint' if model.training else 'model'} of format {model.format}, all checksums verified")
    print(f"specification: {shown(model.spec)}")
    print(f"trained by: {shown(model.provenance.hyper_parameters)}")
    for vocabulary in model.vocabularies.values():
        print(f"vocabulary {vocabulary.name}: {len(vocabulary.tokens)} {ascii(vocabulary.kind).strip(chr(39))}")
    for name, value in model.metrics.items():
        print(f"metric {name}: {value}")
    for name, array in model.tensors.items():
        print(f"tensor {name} {list(array.shape)} {model.storage.get(name, Storage()).type}")
    print(f"{sum(array.size for array in model.tensors.values())} parameters")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m comporta", description="Reads and runs Comporta's model files.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("inspect", help="verify a file and show what it has").add_argument("file")
    generate = commands.add_parser("generate", help="continue a text, greedily")
    generate.add_argument("file")
    generate.add_argument("--prompt", default="")
    generate.add_argument("--length", type=int, default=300, help="tokens to generate (300)")
    translate = commands.add_parser("translate", help="translate sentences, greedily; lines of standard input without any")
    translate.add_argument("file")
    translate.add_argument("sentence", nargs="*")
    given = parser.parse_args(arguments)
    try:
        if given.command == "inspect":
            inspect(given.file)
        elif given.command == "generate":
            print(given.prompt + load(given.file).generate(given.prompt, given.length))
        else:
            model = load(given.file)
            for sentence in given.sentence or (line.rstrip("\r\n") for line in sys.stdin):
                print(model.translate(sentence).text)
    except ComportaError as e:
        print(e, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
