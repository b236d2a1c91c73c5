from __future__ import annotations

import pytest

from comporta import ComportaError, ModelFile, Spec, Vocabulary
from comporta.text import BytePairs, Characters, Side, Words, is_blank, pieces, strip, words


def test_white_space_is_that_of_java() -> None:
    assert words("a\u00a0b c\u2003d\x1ce\u0085f") == ["a\u00a0b", "c", "d", "e\u0085f"]
    assert strip("\u2003 a \u00a0") == "a \u00a0"
    assert is_blank(" \u00a0\u2003\n") and not is_blank(" .")


def test_pieces_take_one_space_along() -> None:
    assert pieces("ab  cd12, e\n f") == ["ab", " ", " cd", "12", ",", " e", "\n", " f"]
    assert "".join(pieces("\u00e9t\u00e9 \t\t x\U0001f600 3")) == "\u00e9t\u00e9 \t\t x\U0001f600 3"


def test_characters() -> None:
    tokens = Characters(["\n", "a", "\U0001f600"])
    assert tokens.encode("a\U0001f600\n") == [1, 2, 0] and tokens.decode([1, 2]) == "a\U0001f600"
    with pytest.raises(ComportaError, match="'b' at position 1"):
        tokens.encode("ab")
    with pytest.raises(ComportaError, match="ascending"):
        Characters(["b", "a"])


def test_byte_pairs_join_in_the_order_of_the_joins() -> None:
    tokens = BytePairs(["a b", "b c", "ab c", "\u0120 a", "a bc"])
    assert tokens.size == 256 + 4  # "abc" is made in two ways
    assert tokens.encode("abcabc bc") == [258, 258, ord(" "), 257]
    assert tokens.encode(" ab") == [ord(" "), 256]  # "a b" comes before "space a"
    assert tokens.encode("\u00e9") == [0xC3, 0xA9]
    assert tokens.decode(tokens.encode("d\u00e9j\u00e0 vu \U0001f600")) == "d\u00e9j\u00e0 vu \U0001f600"
    assert tokens.decode([0xC3]) == "\ufffd"
    assert tokens.parts("abc", {"c"}) == ["a", "b", "c"]
    with pytest.raises(ComportaError, match="join 0"):
        BytePairs(["ab c"])


def test_words() -> None:
    tokens = Words(["<unk>", "<eos>", "the", "cat"])
    assert tokens.encode("the <eos> cat dog") == [2, 0, 3, 0]
    assert tokens.decode([2, 3, 1, 2, 1]) == "the cat\nthe\n"


def side(kind: str, tokens: list[str], joins: list[str] | None = None) -> Side:
    vocabularies = {"source": Vocabulary("source", kind, ["<unk>", "<eos>", *tokens])}
    if joins:
        vocabularies["source-joins"] = Vocabulary("source-joins", "byte-pairs", joins)
    return Side(ModelFile(Spec("x"), {}, vocabularies), "source")


def test_sides_of_translators() -> None:
    characters = side("translation-characters", ["a", "\u2581"])
    assert characters.tokens("a \u2581") == ["a", "\u2581", "\u2581\u2581"]
    assert characters.text(["a", "\u2581", "\u2581\u2581"]) == "a \u2581"
    assert side("translation-words", ["a"]).ids("a b") == [2, 0, 1]
    parts = side("translation-bpe", ["\u0120a", "b"], ["\u0120 a", "\u0120a b"])
    assert parts.tokens(" ab ") == ["\u0120a", "b"] and parts.text(["\u0120a", "b"]) == "ab"
    with pytest.raises(ComportaError, match="source-joins"):
        side("translation-bpe", ["a"])
