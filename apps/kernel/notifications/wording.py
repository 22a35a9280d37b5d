"""The words of letters: rows in the database, files where there is no row, rendered without tags.

Wording may hold plain variables and filters only, and only variables the file of the same code
uses: what editors write can therefore never run code, reach into objects, or miss a value.
"""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import VariableNode
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.kept.keeping import Kept
from apps.kernel.lists import joined
from apps.kernel.notifications.models import Language, MessageTemplate
from apps.kernel.parties.actors import Actor

FILES = settings.BASE_DIR / "templates" / "notifications"


class MissingContext(LookupError):
    """The sender left out a value the letter needs: a mistake in our own code, never in input."""


_kept = Kept("wording")


class _PlainEngine(Engine):
    """Django's templates without any tag: variables and filters remain."""

    default_builtins = ["django.template.defaultfilters"]


_engine = _PlainEngine(autoescape=False)


@functools.lru_cache(maxsize=1024)
def _parsed(source: str) -> Template:
    """A text as a template: the same few letters are sent all day, and parsing costs more than filling in."""
    return Template(source, engine=_engine)


@dataclass(frozen=True)
class Wording:
    """Subject and body of a letter in one language."""

    subject: str
    body: str

    @property
    def variables(self) -> frozenset[str]:
        """The names the wording needs. Raises ``TemplateSyntaxError`` for anything but plain variables."""
        found = set()
        for source in (self.subject, self.body):
            nodes: list[Any] = _parsed(source).nodelist.get_nodes_by_type(VariableNode)
            for expression in (node.filter_expression for node in nodes):
                arguments = [value for _, args in expression.filters for lookup, value in args if lookup]
                for variable in [expression.var, *arguments]:
                    name = getattr(variable, "var", None)
                    if name is None or getattr(variable, "literal", None) is not None:
                        continue
                    if "." in name:
                        raise TemplateSyntaxError(name)
                    found.add(name)
        return frozenset(found)

    def render(self, context: Mapping[str, Any], language: str) -> "Wording":
        """The wording with its values, as the recipient will read it."""
        missing = self.variables - set(context)
        if missing:
            raise MissingContext(", ".join(sorted(missing)))
        with translation.override(language):
            plain = Context({name: _plain(value, language) for name, value in context.items()}, autoescape=False)
            return Wording(*(_parsed(part).render(plain) for part in (self.subject, self.body)))


def _plain(value: Any, language: str) -> str | int:
    """A value as a reader writes it; objects become their name, so nothing can be reached through them."""
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, dt.datetime):
        moment = timezone.localtime(value)
        return f"{_plain(moment.date(), language)} {moment:%H:%M}"
    if isinstance(value, dt.date):
        if language == Language.ENGLISH:
            return f"{value.day} {value:%B %Y}"
        return f"{value.year}年{value.month}月{value.day}日"
    if value is None:
        return ""
    return value if isinstance(value, int) else str(value)


@functools.cache
def from_file(code: str, language: str) -> Wording:
    """The wording the project ships: the first line is the subject, the body follows an empty line."""
    path = FILES / f"{code}.{language}.txt"
    if not path.is_file():
        raise LookupError(f"No letter {path.name}")
    subject, body = path.read_text("utf-8").split("\n\n", 1)
    return Wording(subject.strip(), body.strip())


def codes() -> list[str]:
    """Every letter the project ships."""
    return sorted({path.name.split(".")[0] for path in FILES.glob("*.txt")})


def in_force(code: str, language: str) -> Wording:
    """The active row, or else the file."""
    return _kept.get((code, language), lambda: _in_force(code, language))


def _in_force(code: str, language: str) -> Wording:
    row = MessageTemplate.objects.filter(code=code, language=language, active=True).first()
    return Wording(row.subject, row.body) if row else from_file(code, language)


def check(code: str, language: str, wording: Wording) -> None:
    """Raise ``ValidationError`` unless the wording can be sent whenever the file's could."""
    try:
        allowed = from_file(code, language).variables
    except LookupError as error:
        raise ValidationError({"code": _("没有这个通知代码。可用的代码：%s") % joined(codes())}) from error
    try:
        unknown = wording.variables - allowed
    except TemplateSyntaxError as error:
        raise ValidationError(
            {"body": _("模板有误：只能使用 {{ 变量 }} 和过滤器，不能使用标签或属性（%s）。") % error}
        ) from error
    if unknown:
        raise ValidationError(
            {
                "body": _("未知变量：%(unknown)s。可用变量：%(allowed)s")
                % {"unknown": joined(sorted(unknown)), "allowed": joined(sorted(allowed))}
            }
        )


def publish(code: str, language: str, *, subject: str, body: str, actor: Actor) -> MessageTemplate:
    """Put a new version of a letter in force; the one before is retired, not changed."""
    if actor.user is None or not actor.user.has_perm("notifications.add_messagetemplate"):
        log.denied("template-publish", actor=actor, target=f"template/{code}", reason="no permission")
        raise PermissionDenied
    check(code, language, Wording(subject, body))
    with transaction.atomic():
        earlier = list(
            MessageTemplate.objects.select_for_update(no_key=True)
            .filter(code=code, language=language)
            .order_by("-version")
        )
        MessageTemplate.objects.filter(pk__in=[row.pk for row in earlier], active=True).update(active=False)
        row = MessageTemplate.objects.create(
            code=code,
            language=language,
            subject=subject,
            body=body,
            version=earlier[0].version + 1 if earlier else 1,
            published_by=actor.user,
        )
        log.record(
            f"template/{code}", "template-published", actor=actor, data={"language": language, "version": row.version}
        )
    return row


SAMPLES: dict[str, Any] = {
    "amount": Decimal("47376.00"),
    "due": dt.date(2026, 10, 26),
    "paid_on": dt.date(2026, 10, 20),
    "name": "上海浦江精密仪器有限公司",
    "number": "SH2026000123",
    "period": "2026-09",
}


def preview(wording: Wording, language: str) -> Wording:
    """The wording with sample values; a variable without a sample shows its own name in brackets."""
    return wording.render({name: SAMPLES.get(name, f"［{name}］") for name in wording.variables}, language)
