"""Chinese, pinyin and English words as lexemes for PostgreSQL, and questions about them.

Chinese has no spaces, so a run of characters becomes overlapping pairs: 完税证明 is 完税·税证·证明, and a
question is a phrase of pairs. Each run also ends with its last character, so that a single character is
found by prefix. Titles are spelled out as well: every tail of the initials (wszm, szm, zm) and of the full
pinyin (wanshuizhengming, shuizhengming, …) is a lexeme marked ``=``, so typing from any character on finds it.

Lexemes are written as literals, never parsed by the database, so they do not depend on its locale.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin

RUNS = re.compile(r"[㐀-鿿]+|[a-z0-9]+")
MARK = "="
# PostgreSQL keeps positions up to 16383 and lexemes up to 2046 bytes.
LAST_POSITION = 16_000
LONGEST = 200


@dataclass(frozen=True)
class Query:
    """A question in two strengths: ``strict`` wants every word, ``loose`` any pair or word."""

    strict: str
    loose: str


def runs(text: str) -> list[str]:
    """The runs of Chinese characters and of letters or digits in a text, full-width forms made plain."""
    return RUNS.findall(unicodedata.normalize("NFKC", text).lower())


def vector(*, title: str, keywords: str = "", summary: str = "", body: str = "") -> str:
    """The tsvector literal of an entry; a word in the title weighs most."""
    lexemes: dict[str, list[str]] = {}
    position = 1
    for weight, text in (("A", title), ("B", keywords), ("C", summary), ("D", body)):
        for lexeme in _lexemes(text):
            if position > LAST_POSITION:
                break
            lexemes.setdefault(lexeme, []).append(f"{position}{weight}")
            position += 1
        position += 1  # a gap, so that no phrase runs from one field into the next
    for lexeme in _spelled(f"{title} {keywords}"):
        lexemes.setdefault(MARK + lexeme, []).append("1B")
    return " ".join(f"'{lexeme}':{','.join(places[:255])}" for lexeme, places in lexemes.items())


def query(text: str) -> Query | None:
    """What to ask for; None when the text holds nothing to look for."""
    strict, loose = [], []
    for run in runs(text)[:20]:
        if is_chinese(run):
            pairs = [f"'{run[i : i + 2]}'" for i in range(len(run) - 1)][:40] or [f"'{run}':*"]
            strict.append(f"({' <-> '.join(pairs)})")
            loose.extend(pairs)
        else:
            word = f"'{run[:LONGEST]}':*"
            spelled = f" | '{MARK}{run[:LONGEST]}':*" if len(run) > 1 else ""
            strict.append(f"({word}{spelled})")
            loose.append(f"({word}{spelled})")
    return Query(" & ".join(strict), " | ".join(loose)) if strict else None


def is_chinese(run: str) -> bool:
    """Whether a run is of Chinese characters."""
    return run[0] >= "㐀"


def _lexemes(text: str) -> Iterator[str]:
    for run in runs(text):
        if is_chinese(run):
            yield from (run[i : i + 2] for i in range(len(run) - 1))
            yield run[-1]
        else:
            yield run[:LONGEST]


def _spelled(text: str) -> Iterator[str]:
    for run in runs(text):
        if is_chinese(run):
            syllables = lazy_pinyin(run)
            initials = lazy_pinyin(run, style=Style.FIRST_LETTER)
            for start in range(len(syllables)):
                yield "".join(initials[start:])[:LONGEST]
                yield "".join(syllables[start:])[:LONGEST]
