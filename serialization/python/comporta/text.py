"""Tokens as Java makes them: characters, byte pairs and words of language models, both sides of translators."""

from __future__ import annotations

import unicodedata
from typing import Sequence

from .errors import ComportaError, quoted
from .files import ModelFile, Vocabulary

UNKNOWN, END = "<unk>", "<eos>"
SPACE = "\u2581"  # the token of a space, where characters are the tokens of a translator
_LONGEST_PART = 1024


def is_space(c: str) -> bool:
    """Java's Character.isWhitespace: no no-break spaces, but the separators from U+001C to U+001F."""
    return c in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f" or (
        unicodedata.category(c) in ("Zs", "Zl", "Zp") and c not in "\u00a0\u2007\u202f"
    )


def is_blank(text: str) -> bool:
    """Whether a text has only white space, no-break spaces included."""
    return all(is_space(c) or unicodedata.category(c)[0] == "Z" for c in text)


def strip(text: str) -> str:
    start, end = 0, len(text)
    while start < end and is_space(text[start]):
        start += 1
    while end > start and is_space(text[end - 1]):
        end -= 1
    return text[start:end]


def split_words(text: str) -> list[str]:
    return "".join(" " if is_space(c) else c for c in text).split(" ") if text else []


def _visible_bytes() -> list[str]:
    """The character that stands for each byte, as in GPT-2's vocabulary files."""
    characters, hidden = [], 0
    for value in range(256):
        visible = 0x21 <= value <= 0x7E or (value >= 0xA1 and value != 0xAD)
        characters.append(chr(value if visible else 256 + hidden))
        hidden += not visible
    return characters


VISIBLE = _visible_bytes()
_VALUES = {c: value for value, c in enumerate(VISIBLE)}


def bytes_of(part: str) -> bytes:
    """The bytes of a part in that notation; a character that stands for no byte is UTF-8."""
    return b"".join(bytes([_VALUES[c]]) if c in _VALUES else c.encode("utf-8", "replace") for c in part)


def _kind(c: str) -> int:
    if is_space(c):
        return 0
    category = unicodedata.category(c)
    return 1 if category[0] == "L" else 2 if category == "Nd" else 3


def pieces(text: str) -> list[str]:
    """Runs of letters, of digits or of other characters, each with at most one space before it; joins stay inside."""
    kinds = [_kind(c) for c in text]
    found, start = [], 0
    while start < len(text):
        at = start
        if text[at] == " " and at + 1 < len(text) and kinds[at + 1]:
            at += 1
        kind = kinds[at]
        at += 1
        while at < len(text) and kinds[at] == kind:
            if kind == 0 and text[at] == " " and at + 1 < len(text) and kinds[at + 1]:
                break  # the space of the next piece
            at += 1
        found.append(text[start:at])
        start = at
    return found


class Tokens:
    """What the tokens of a language model have in common."""

    size: int
    start: int  # the id before a text

    def encode(self, text: str) -> list[int]:
        raise NotImplementedError

    def decode(self, ids: Sequence[int]) -> str:
        raise NotImplementedError


class Characters(Tokens):
    def __init__(self, tokens: list[str]) -> None:
        if any(len(token) != 1 for token in tokens) or any(a >= b for a, b in zip(tokens, tokens[1:])):
            raise ComportaError("expected a vocabulary of single characters in ascending order; this is no character model")
        self.tokens, self.size = tokens, len(tokens)
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.start = self.ids.get("\n", 0)

    def encode(self, text: str) -> list[int]:
        for position, c in enumerate(text):
            if c not in self.ids:
                raise ComportaError(f"the character {quoted(c)} at position {position} is not among the {self.size} known")
        return [self.ids[c] for c in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(self.tokens[i] for i in ids)


class BytePairs(Tokens):
    """Ids 0 to 255 are bytes; the joins make the others in order, and are applied in that order."""

    def __init__(self, joins: list[str]) -> None:
        self.written = list(VISIBLE)  # the bytes of each id in visible characters
        self.origins: list[tuple[int, int]] = []  # of each id from 256 on
        ids = {part: i for i, part in enumerate(self.written)}
        self._ranks: dict[tuple[int, int], int] = {}
        self._results: list[int] = []
        for n, join in enumerate(joins):
            parts = join.split(" ")
            if len(parts) != 2 or parts[0] not in ids or parts[1] not in ids or len(join) > _LONGEST_PART + 1:
                raise ComportaError(f"expected join {n} to name two earlier parts, 1024 bytes or less, but got {quoted(join)}")
            pair, whole = (ids[parts[0]], ids[parts[1]]), parts[0] + parts[1]
            if whole not in ids:  # two joins can make the same bytes
                ids[whole] = len(self.written)
                self.written.append(whole)
                self.origins.append(pair)
            self._ranks[pair] = n
            self._results.append(ids[whole])
        self.size, self.start = len(self.written), ord("\n")

    def encode(self, text: str) -> list[int]:
        known: dict[str, list[int]] = {}
        ids: list[int] = []
        for piece in pieces(text):
            if piece not in known:
                known[piece] = self._joined(list(piece.encode("utf-8", "replace")))
            ids.extend(known[piece])
        return ids

    def _joined(self, ids: list[int]) -> list[int]:
        while True:
            ranked = [(self._ranks[pair], pair) for pair in zip(ids, ids[1:]) if pair in self._ranks]
            if not ranked:
                return ids
            rank, pair = min(ranked)
            joined, at = [], 0
            while at < len(ids):
                found = tuple(ids[at : at + 2]) == pair
                joined.append(self._results[rank] if found else ids[at])
                at += 2 if found else 1
            ids = joined

    def decode(self, ids: Sequence[int]) -> str:
        return bytes_of("".join(self.written[i] for i in ids)).decode("utf-8", "replace")

    def parts(self, text: str, known: set[str]) -> list[str]:
        """Parts of a text; one that is not known is split again, join by join, down to bytes."""
        found: list[str] = []
        left = list(reversed(self.encode(text)))
        while left:
            i = left.pop()
            if i < 256 or self.written[i] in known:
                found.append(self.written[i])
            else:
                left.extend(reversed(self.origins[i - 256]))
        return found


class Words(Tokens):
    """What stands between white space; other words are <unk>, and so are the reserved words in a text."""

    def __init__(self, tokens: list[str]) -> None:
        if UNKNOWN not in tokens or END not in tokens:
            raise ComportaError(f"expected {UNKNOWN} and {END} among the words; this is no word model")
        self.tokens, self.size = tokens, len(tokens)
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.unknown, self.end = self.ids[UNKNOWN], self.ids[END]
        self.ids[END] = self.unknown
        self.start = self.end

    def encode(self, text: str) -> list[int]:
        return [self.ids.get(word, self.unknown) for word in words(text)]

    def decode(self, ids: Sequence[int]) -> str:
        text, inside = "", False
        for i in ids:
            text += "\n" if i == self.end else (" " if inside else "") + self.tokens[i]
            inside = i != self.end
        return text


def words(text: str) -> list[str]:
    return [word for word in split_words(text) if word]


def tokens_of(model: ModelFile) -> Tokens:
    """The tokens of a language model."""
    kinds = {"characters": Characters, "byte-pairs": BytePairs, "words": Words}
    for vocabulary in model.vocabularies.values():
        if vocabulary.kind in kinds:
            return kinds[vocabulary.kind](vocabulary.tokens)
    raise ComportaError("expected characters, byte pairs or words in the file but it has none; it is not a language model")


class Side:
    """The tokens of one side of a translator, 'source' or 'target'."""

    def __init__(self, model: ModelFile, name: str) -> None:
        vocabulary: Vocabulary | None = model.vocabularies.get(name)
        joins = model.vocabularies.get(f"{name}-joins")
        self.kind = vocabulary.kind[len("translation-") :] if vocabulary else ""
        if not vocabulary or vocabulary.kind not in ("translation-words", "translation-characters", "translation-bpe"):
            raise ComportaError(f"expected a model that was trained on pairs but the file has no vocabulary of a {name}")
        if self.kind == "bpe" and not (joins and joins.kind == "byte-pairs"):
            raise ComportaError(f"expected a vocabulary '{name}-joins' of kind byte-pairs but the file has none")
        self.vocabulary = Words(vocabulary.tokens)
        self._joins = BytePairs(joins.tokens if joins and self.kind == "bpe" else [])
        self._known = set(vocabulary.tokens) - {UNKNOWN, END}

    def tokens(self, text: str) -> list[str]:
        """The tokens of a sentence, unknown ones as they are, without the end."""
        if self.kind == "words":
            return words(text)
        if self.kind == "characters":
            return [SPACE if is_space(c) else SPACE * 2 if c == SPACE else c for c in text]
        stripped = strip(text)
        return self._joins.parts(" " + stripped, self._known) if stripped else []

    def ids(self, text: str) -> list[int]:
        """Ids with the end."""
        known = self.vocabulary
        return [known.ids.get(token, known.unknown) for token in self.tokens(text)] + [known.end]

    def text(self, tokens: Sequence[str]) -> str:
        if self.kind == "words":
            return " ".join(tokens)
        if self.kind == "characters":
            return "".join({SPACE: " ", SPACE * 2: SPACE}.get(token, token) for token in tokens)
        text = bytes_of("".join(tokens)).decode("utf-8", "replace")
        return text[1:] if text.startswith(" ") else text
