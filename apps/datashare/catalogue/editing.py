"""How entries are written and published (目录编制): the only doors that change the catalogue (Art 16)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import model_to_dict
from django.utils.translation import gettext as _

from apps.datashare.catalogue import patterns
from apps.datashare.catalogue.models import DataField, Dataset, DatasetVersion, Scenario, Sharing
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock

State = DatasetVersion.State
FIELD_COLUMNS = (
    "name", "label", "type", "required", "key", "party", "max_length", "pattern", "minimum", "maximum", "codes",
    "classification",
)  # fmt: skip
ABOUT_COLUMNS = (
    "title", "title_en", "abstract", "theme", "keywords", "sharing", "condition", "frequency", "security",
    "retention_days", "covers_from", "contact",
)  # fmt: skip


def may_write(actor: Actor) -> bool:
    """Whether the actor is an officer of a unit that provides data, or of the data centre."""
    return actor.office is not None and actor.party is None and not actor.office.is_tax and Role.OFFICER in actor.roles


@transaction.atomic
def begin(*, code: str, actor: Actor, provider: Office | None = None, **about: Any) -> DatasetVersion:
    """Start a new entry with its first draft. ``provider`` is the own office unless the data centre lists for it.

    :raises PermissionDenied: who provides no data lists none, and lists only what is theirs.
    """
    provider = provider or actor.office
    if not may_write(actor) or (provider != actor.office and actor.office.kind != Office.Kind.DATA_CENTRE):
        _refuse("catalogue.begin", code, actor)
    if Dataset.objects.filter(code=code).exists():
        raise ValidationError({"code": _("目录中已有这个标识，请换一个。")})
    dataset = Dataset(code=code, provider=provider)
    dataset.full_clean()
    dataset.save()
    version = DatasetVersion(dataset=dataset, number=1, written_by=actor.user, **about)
    version.full_clean(exclude=["dataset", "written_by"])
    version.save()
    _record(dataset, "begun", actor)
    return version


@transaction.atomic
def draft(dataset: Dataset, actor: Actor) -> DatasetVersion:
    """The entry's draft; begun as a copy of the version in force when there is none."""
    locked = _locked(dataset, actor)
    found = locked.versions.filter(state=State.DRAFT).first()
    if found is not None:
        return found
    current = locked.current
    copy = DatasetVersion.objects.create(
        **model_to_dict(current, ABOUT_COLUMNS),
        dataset=locked,
        number=current.number + 1,
        written_by=actor.user,
    )
    copy.scenarios.set(current.scenarios.all())
    for row in current.fields.all():
        row.pk, row.version = None, copy
        row.save(force_insert=True)
    return copy


@transaction.atomic
def write(
    version: DatasetVersion,
    actor: Actor,
    *,
    about: dict[str, Any],
    scenarios: list[Scenario],
    fields: list[dict[str, Any]],
) -> DatasetVersion:
    """Replace what a draft says: its description, the scenarios it serves, and its fields in order.

    :raises ValidationError: a published version is never changed; a field is doubled.
    """
    _locked(version.dataset, actor)
    if version.state != State.DRAFT:
        raise ValidationError(_("已发布的版本不能修改，请先编制新版本。"))
    names = [row["name"] for row in fields]
    if len(set(names)) != len(names):
        raise ValidationError(_("字段名不能重复。"))
    for name, value in about.items():
        setattr(version, name, value)
    version.full_clean(exclude=["dataset", "written_by"])
    version.save()
    version.scenarios.set(scenarios)
    version.fields.all().delete()
    rows = [DataField(version=version, position=position, **row) for position, row in enumerate(fields, start=1)]
    _sound(rows)
    DataField.objects.bulk_create(rows)
    return version


@transaction.atomic
def put(
    code: str,
    actor: Actor,
    *,
    about: dict[str, Any],
    scenarios: list[Scenario],
    fields: list[dict[str, Any]],
    publishing: bool,
    provider: Office | None = None,
) -> bool:
    """Let an entry stand as given, new or by a new version; whether it is new. What stands so already is left.

    :raises ValidationError: naming what is wrong; all of it is done or nothing.
    """
    about = {**model_to_dict(DatasetVersion(), ABOUT_COLUMNS), **about}
    found = Dataset.objects.of(actor).filter(code=code).select_related("current").first()
    made = found is None
    if found is None:
        version = begin(code=code, actor=actor, provider=provider, **about)
    elif found.is_listed and _says(found.current, about, scenarios, fields):
        return False
    else:
        version = draft(found, actor)
    write(version, actor, about=about, scenarios=scenarios, fields=fields)
    if publishing:
        publish(version, actor)
    return made


def field_given(row: dict[str, Any]) -> dict[str, Any]:
    """A field as ``write`` takes it: what is not said is as the model has it."""
    return {**model_to_dict(DataField(), FIELD_COLUMNS), **row}


def _says(
    version: DatasetVersion, about: dict[str, Any], scenarios: list[Scenario], fields: list[dict[str, Any]]
) -> bool:
    return (
        model_to_dict(version, ABOUT_COLUMNS) == about
        and set(version.scenarios.all()) == set(scenarios)
        and as_given(version) == fields
    )


def _sound(rows: list[DataField]) -> None:
    """Refuse a field the contract could not be kept by: a reversed range, a pattern that is no regular expression."""
    problems = []
    for row in rows:
        try:
            row.full_clean(exclude=["version"])
            patterns.check(row.pattern)
        except ValidationError as error:
            problems += [f"{row.name}：{text}" for text in error.messages]
    if problems:
        raise ValidationError({"fields": problems})


@transaction.atomic
def publish(version: DatasetVersion, actor: Actor) -> Dataset:
    """Put a draft in force; the version before is superseded, and both stay readable.

    :raises ValidationError: naming what is still missing.
    """
    dataset = _locked(version.dataset, actor)
    version.refresh_from_db()
    if version.state != State.DRAFT:
        raise ValidationError(_("只有草稿可以发布。"))
    _complete(version)
    at = clock.now()
    dataset.versions.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
    version.state, version.published_at = State.PUBLISHED, at
    version.save(update_fields=["state", "published_at"])
    dataset.current, dataset.changed_at, dataset.retired_at = version, at, None
    dataset.save(update_fields=["current", "changed_at", "retired_at"])
    _record(dataset, "published", actor, version=version.number)
    return dataset


@transaction.atomic
def retire(dataset: Dataset, actor: Actor, *, reason: str) -> Dataset:
    """Take an entry out of the catalogue, with the reason on record."""
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤销的原因。")})
    locked = _locked(dataset, actor)
    if locked.retired_at:
        return locked
    locked.retired_at = locked.changed_at = clock.now()
    locked.save(update_fields=["retired_at", "changed_at"])
    _record(locked, "retired", actor, reason=reason)
    return locked


def as_given(version: DatasetVersion) -> list[dict[str, Any]]:
    """A version's fields as ``write`` takes them."""
    return [model_to_dict(row, FIELD_COLUMNS) for row in version.fields.all()]


def _complete(version: DatasetVersion) -> None:
    problems = []
    fields = list(version.fields.all())
    if not fields:
        problems.append(_("请至少登记一个数据项。"))
    if fields and not any(row.key for row in fields):
        problems.append(_("请标明至少一个主键数据项，否则更新时无法对应。"))
    if any(row.party and row.type != DataField.Type.STRING for row in fields):
        problems.append(_("主体标识是统一社会信用代码或者公民身份号码，类型应为文本。"))
    if version.sharing == Sharing.CONDITIONAL and not version.scenarios.exists():
        problems.append(_("有条件共享的数据，请选择适用的应用场景。"))
    guarded = (DataField.Classification.PERSONAL, DataField.Classification.SENSITIVE)
    if version.sharing == Sharing.UNCONDITIONAL and any(row.classification in guarded for row in fields):
        problems.append(_("含个人信息的数据不能无条件共享，请改为有条件共享并写明条件。"))
    if problems:
        raise ValidationError(problems)


def _locked(dataset: Dataset, actor: Actor) -> Dataset:
    """The entry, locked; ``PermissionDenied`` for whoever does not keep it, and the attempt is on record."""
    found = Dataset.objects.of(actor).filter(pk=dataset.pk).select_for_update(no_key=True, of=("self",)).first()
    if found is None or not may_write(actor):
        _refuse("catalogue.change", dataset.code, actor)
    return found


def _refuse(action: str, target: str, actor: Actor) -> None:
    log.denied(action, actor=actor, target=target, reason="not the provider")
    raise PermissionDenied(_("只有提供单位和市大数据中心可以编制这个目录条目。"))


def _record(dataset: Dataset, action: str, actor: Actor, **data: Any) -> None:
    log.record(f"dataset/{dataset.code}", f"catalogue.{action}", actor=actor, target=dataset.code, data=data)
