"""Texts of the portal kept as data in both languages: the Measures and the help entries."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Wording:
    """A text in Chinese and English, told in the reader's language."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh


@dataclass(frozen=True)
class Article:
    """One article of the Measures. The Chinese text is the law; English gives its gist."""

    number: int
    label: str
    title: Wording
    text: tuple[str, ...]
    gist: str


@dataclass(frozen=True)
class Chapter:
    """A chapter of the Measures."""

    number: int
    title: Wording
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class HelpEntry:
    """A question people ask, with its answer in paragraphs."""

    slug: str
    topic: Wording
    question: Wording
    answer: Wording
    article: str
    keywords: tuple[str, ...]

    @property
    def paragraphs(self) -> list[str]:
        """The answer's paragraphs in the reader's language."""
        return str(self.answer).strip().split("\n")


@cache
def measures() -> tuple[Chapter, ...]:
    """The Measures by chapter."""
    return tuple(
        Chapter(
            chapter["number"],
            Wording(**chapter["title"]),
            tuple(
                Article(row["number"], row["label"], Wording(**row["title"]), tuple(row["text"]), row["gist"])
                for row in chapter["articles"]
            ),
        )
        for chapter in _load("measures.yaml")["chapters"]
    )


def citation(labels: str) -> str:
    """Articles as the reader's language cites them: 第六条、第九条, or Article 6, Article 9.

    A paragraph of an article (第六条第二款) has no number here and stays as it is.
    """
    if get_language() != "en":
        return labels
    return ", ".join(_numbers().get(label, label) for label in labels.split("、"))


@cache
def _numbers() -> dict[str, str]:
    return {article.label: f"Article {article.number}" for chapter in measures() for article in chapter.articles}


@cache
def help_entries() -> tuple[HelpEntry, ...]:
    """Every help entry, in the order of the file: by topic, most asked first."""
    return tuple(
        HelpEntry(
            slug=row["slug"],
            topic=Wording(**topic["title"]),
            question=Wording(**row["question"]),
            answer=Wording(**row["answer"]),
            article=row.get("article", ""),
            keywords=tuple(row.get("keywords", ())),
        )
        for topic in _load("help.yaml")
        for row in topic["entries"]
    )


def _load(name: str):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
