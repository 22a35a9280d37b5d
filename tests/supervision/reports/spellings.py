"""The spellings a word may hide in: what a search through dumps, logs and files must know to find it."""

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus


def spellings(text: str) -> set[bytes]:
    """A text in UTF-8 and UTF-16, plain, hexadecimal, base64 at each offset, escaped, and URL-encoded."""
    escaped = [
        text.encode("unicode_escape"),
        json.dumps(text)[1:-1].encode(),
        text.encode("ascii", "xmlcharrefreplace"),
        "".join(f"&#x{ord(one):x};" for one in text).encode(),
        html.escape(text).encode(),
        *(each.encode() for way in (quote, quote_plus) for each in (way(text), _lower(way(text)))),
    ]
    raw = [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030")]
    found = {*raw, *escaped, *(each.replace(b"\\", b"\\\\") for each in escaped)}
    for each in [*raw, *escaped]:
        found |= {each.hex().encode(), each.hex().upper().encode(), *_base64(each)}
        found.add("".join(f"\\x{byte:02x}" for byte in each).encode())
    return found


def _lower(quoted: str) -> str:
    """URL-encoding as others write it, with small letters in its numbers only."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)


def _base64(plain: bytes) -> Iterator[bytes]:
    """Base64 of the text wherever it begins inside what was encoded: characters its neighbours share are left off."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + plain + b"\0" * (-(before + len(plain)) % 3))
        inner = whole[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))
