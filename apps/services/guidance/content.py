"""Topics, scenes and questions of policy guidance, read from one file in both languages (Article 12)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language


@dataclass(frozen=True)
class Topic:
    """A topic (专题): each policy belongs to one, and payers choose topics to hear of."""

    code: str
    title_zh: str
    title_en: str
    policies: tuple[str, ...]

    @property
    def title(self) -> str:
        return _spoken(self.title_zh, self.title_en)


@dataclass(frozen=True)
class Scene:
    """A situation people recognise (场景) and the policies that help in it."""

    slug: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    policies: tuple[str, ...]

    @property
    def title(self) -> str:
        return _spoken(self.title_zh, self.title_en)

    @property
    def summary(self) -> str:
        return _spoken(self.summary_zh, self.summary_en)


@dataclass(frozen=True)
class Question:
    """A question and its answer."""

    question_zh: str
    question_en: str
    answer_zh: str
    answer_en: str

    @property
    def question(self) -> str:
        return _spoken(self.question_zh, self.question_en)

    @property
    def answer(self) -> str:
        return _spoken(self.answer_zh, self.answer_en)


@cache
def topics() -> dict[str, Topic]:
    """Every topic by code, in the order shown."""
    return {
        row["code"]: Topic(row["code"], row["title"], row["title_en"], tuple(row["policies"]))
        for row in _file()["topics"]
    }


@cache
def scenes() -> dict[str, Scene]:
    """Every scene by slug, in the order shown."""
    return {
        row["slug"]: Scene(
            row["slug"], row["title"], row["title_en"], row["summary"], row["summary_en"], tuple(row["policies"])
        )
        for row in _file()["scenes"]
    }


@cache
def questions() -> tuple[Question, ...]:
    """Questions people ask about policies."""
    return tuple(
        Question(row["question"], row["question_en"], row["answer"], row["answer_en"]) for row in _file()["questions"]
    )


@cache
def topic_of() -> dict[str, Topic]:
    """The topic of each policy, by the policy's code."""
    return {code: topic for topic in topics().values() for code in topic.policies}


@cache
def _file() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "content.yaml").read_text(encoding="utf-8"))


def _spoken(zh: str, en: str) -> str:
    return en if get_language() == "en" else zh
