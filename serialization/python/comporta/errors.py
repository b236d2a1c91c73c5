"""The one exception of this package."""


class ComportaError(Exception):
    """One sentence: what was expected, what was found, what to do."""


def quoted(text: str) -> str:
    """Text from a file, short and safe to print."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:80])
    return f"'{shown}...'" if len(text) > 80 else f"'{shown}'"
