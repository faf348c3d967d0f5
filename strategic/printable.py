"""Text from outside made safe to show: what would steer a terminal or hide is written out."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\u2028\u2029"  # line ends that only some programs know
    "\u202a-\u202e\u2066-\u2069"  # they turn the order of what follows
    "\ud800-\udfff"  # bytes of a name that is not UTF-8, and halves of pairs in JSON
    "\ufeff\U000e0000-\U000e007f"  # seen by no one
    "]"
)


def printable(text: str) -> str:
    r"""Write every character that would steer a terminal, or hide, as its escape.

    Tabs and newlines stay. What is printable already comes back as it is.

    Examples
    --------
    >>> print(printable("red: \x1b[31m, bell: \x07, half a pair: \ud83d"))
    red: \x1b[31m, bell: \x07, half a pair: \ud83d
    """
    return _UNSEEN.sub(lambda found: _escape(found[0]), text)


def json_safe(document: str) -> str:
    r"""Write the same characters in a JSON document as JSON's own escapes.

    Examples
    --------
    >>> print(json_safe('{"title": "\x9b31m"}'))
    {"title": "\u009b31m"}
    """
    return _UNSEEN.sub(lambda found: _utf16(found[0]), document)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _utf16(character: str) -> str:
    pairs = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[i : i + 4]}" for i in range(0, len(pairs), 4))
