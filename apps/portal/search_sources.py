"""What can be found: each function lists one kind of entry in both languages."""

from collections.abc import Iterator

from django.utils.translation import override

from apps.kernel.casework import procedures
from apps.portal import content, menus, search
from apps.portal.audience import everyone
from apps.portal.models import SearchEntry
from apps.services.guidance import library
from apps.services.wizard import trees

Kind = SearchEntry.Kind


def matters() -> Iterator[search.Entry]:
    """Every matter a taxpayer may apply for."""
    for procedure in procedures.all():
        if procedure.audience:
            yield search.Entry(
                key=f"matter/{procedure.code}",
                kind=Kind.MATTER,
                title=_in("zh-hans", procedure.title),
                title_en=_in("en", procedure.title),
                summary=_in("zh-hans", procedure.summary),
                summary_en=_in("en", procedure.summary),
                keywords=" ".join(procedure.keywords),
                route="matter",
                arguments={"code": procedure.code},
                article=procedure.article,
                weight=2.0,
            )


def help_entries() -> Iterator[search.Entry]:
    """Questions and answers."""
    for entry in content.help_entries():
        yield search.Entry(
            key=f"help/{entry.slug}",
            kind=Kind.HELP,
            title=entry.question.zh,
            title_en=entry.question.en,
            summary=entry.answer.zh.split("\n")[0],
            summary_en=entry.answer.en.split("\n")[0],
            keywords=" ".join(entry.keywords),
            body=f"{entry.answer.zh} {entry.answer.en}",
            route="help_entry",
            arguments={"slug": entry.slug},
            article=entry.article,
            weight=1.5,
        )


def articles() -> Iterator[search.Entry]:
    """The articles of the Measures."""
    for chapter in content.measures():
        for article in chapter.articles:
            yield search.Entry(
                key=f"article/{article.number}",
                kind=Kind.ARTICLE,
                title=f"{article.label} {article.title.zh}",
                title_en=f"Article {article.number}: {article.title.en}",
                summary=article.text[0],
                summary_en=article.gist,
                keywords=chapter.title.zh,
                body="".join(article.text),
                route="measures",
                fragment=f"article-{article.number}",
                article=article.label,
            )


def policies() -> Iterator[search.Entry]:
    """The preferential policies in force."""
    for shelf in library.shelves():
        for version in shelf.versions:
            policy = version.policy
            yield search.Entry(
                key=f"policy/{policy.code}",
                kind=Kind.POLICY,
                title=policy.name,
                title_en=policy.name_en,
                summary=version.benefit,
                summary_en=version.benefit_en,
                keywords=f"{shelf.topic.title_zh} {shelf.topic.title_en} 优惠 减免 {policy.code}",
                body=version.condition,
                route="policy",
                arguments={"code": policy.code},
                weight=1.5,
            )


def pages() -> Iterator[search.Entry]:
    """Pages of the menus that everybody has."""
    for section in menus.SECTIONS:
        yield _page(section.route, section.label, section.summary)
        for entry in section.entries:
            if entry.seen_by is everyone and entry.route not in {each.route for each in menus.SECTIONS}:
                yield _page(entry.route, entry.label, entry.summary)


def _page(route: str, label, summary) -> search.Entry:
    return search.Entry(
        key=f"page/{route}",
        kind=Kind.PAGE,
        title=_in("zh-hans", label),
        title_en=_in("en", label),
        summary=_in("zh-hans", summary),
        summary_en=_in("en", summary),
        route=route,
        weight=1.2,
    )


def _in(language: str, text) -> str:
    with override(language):
        return str(text)


def help_and_guides() -> Iterator[search.Entry]:
    """Answers to questions, and guides that ask them."""
    yield from help_entries()
    for tree in trees.all().values():
        yield search.Entry(
            key=f"guide/{tree.code}",
            kind=Kind.HELP,
            title=tree.title.zh,
            title_en=tree.title.en,
            summary=tree.summary.zh,
            summary_en=tree.summary.en,
            keywords=" ".join(tree.keywords),
            body=" ".join(f"{row.ask.zh} {row.ask.en}" for row in tree.questions.values()),
            route="guide",
            arguments={"code": tree.code},
            article="第十二条",
            weight=1.6,
        )


SOURCES = {
    Kind.MATTER: matters,
    Kind.HELP: help_and_guides,
    Kind.POLICY: policies,
    Kind.ARTICLE: articles,
    Kind.PAGE: pages,
}


def publish_all() -> dict[str, int]:
    """Renew the whole index; returns how many entries there are of each kind."""
    return {kind: search.publish(kind, source()) for kind, source in SOURCES.items()}
