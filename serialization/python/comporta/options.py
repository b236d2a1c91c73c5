"""Reads the options of a specification; an option that no reader asked for is an error, as it could change the result."""

from __future__ import annotations

from typing import Any

from .errors import ComportaError, quoted
from .files import Spec, checked_name

LARGEST_SIZE = 1 << 24


def _named(value: Any) -> Spec:
    """A specification may be written as its name alone."""
    return value if isinstance(value, Spec) else Spec(checked_name("a specification", value))


class Options:
    """The options of one layer or cell."""

    def __init__(self, spec: Spec) -> None:
        self.name = spec.name
        self._options = spec.options
        self._read: set[str] = set()

    def _get(self, option: str, expected: str, types: tuple[type, ...], otherwise: Any) -> Any:
        self._read.add(option)
        value = self._options.get(option, otherwise)
        if type(value) not in types:
            found = "none" if value is None else quoted(str(value))
            raise ComportaError(f"[{self.name}] option '{option}' expected {expected} but got {found}")
        return value

    def given(self, option: str) -> bool:
        return option in self._options

    def size(self, option: str, otherwise: int | None = None, least: int = 1) -> int:
        """A whole number; required without a default."""
        value: int = self._get(option, f"a whole number of {least} or more", (int,), otherwise)
        if not least <= value <= LARGEST_SIZE:
            raise ComportaError(f"[{self.name}] option '{option}' expected {least} to {LARGEST_SIZE} but got {value}")
        return value

    def real(self, option: str, otherwise: float, least: float, most: float) -> float:
        value = float(self._get(option, "a number", (int, float), otherwise))
        if not least <= value <= most:
            raise ComportaError(f"[{self.name}] option '{option}' expected {least} to {most} but got {value}")
        return value

    def flag(self, option: str, otherwise: bool) -> bool:
        value: bool = self._get(option, "true or false", (bool,), otherwise)
        return value

    def choice(self, option: str, *words: str) -> str:
        """One of these words, the first by default."""
        value: str = self._get(option, "a word", (str,), words[0])
        if value not in words:
            known = ", ".join(words)
            raise ComportaError(f"[{self.name}] option '{option}' expected one of {known} but got {quoted(value)}")
        return value

    def spec(self, option: str, otherwise: str | None = None) -> Spec:
        value = self._get(option, "a name with options", (str, Spec), otherwise)
        return _named(value)

    def specs(self, option: str) -> list[Spec]:
        values = self._get(option, "a list of names with options", (list,), None)
        if not values or not all(isinstance(it, (str, Spec)) for it in values):
            raise ComportaError(f"[{self.name}] option '{option}' expected at least one name with options")
        return [_named(it) for it in values]

    def ignore(self, *options: str) -> None:
        """Options that do not change a prediction: initialisers, dropout."""
        self._read.update(options)

    def done(self) -> None:
        for option in self._options:
            if option not in self._read:
                raise ComportaError(f"[{self.name}] has the option {quoted(option)}, which this package does not support")
