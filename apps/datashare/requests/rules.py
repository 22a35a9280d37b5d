"""When a request needs no human step: a published scenario and the quality conditions (Art 17 para 2)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.datashare.catalogue import freshness
from apps.datashare.catalogue.models import DataField, Dataset, Security, Sharing
from apps.datashare.requests.models import DataRequest
from apps.kernel.lists import joined
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

READY = (freshness.Standing.FRESH, freshness.Standing.DUE, freshness.Standing.EVENT)


def check(asked: DataRequest) -> None:
    """What every request must keep to, whatever way it takes.

    :raises ValidationError: naming the field and how to mend it.
    """
    dataset = asked.dataset
    if not dataset.is_listed:
        raise ValidationError({"dataset": _("这项数据不在目录中，请从目录选择；目录外的数据请提出编目申请。")})
    if dataset.current.sharing == Sharing.NONE:
        raise ValidationError({"dataset": _("这项数据在目录中列为不予共享，不能申请。")})
    listed = set(dataset.current.fields.values_list("name", flat=True))
    if unknown := [name for name in asked.fields if name not in listed]:
        raise ValidationError({"fields": _("目录中没有这些数据项：%s。请从目录列出的数据项中选择。") % joined(unknown)})


def hindrances(asked: DataRequest) -> list[str]:
    """Why data cannot be had directly, in words; nothing when it can."""
    version, found = asked.dataset.current, []
    if asked.scenario is None:
        found.append(_("没有选择已公布的应用场景"))
    elif not version.scenarios.filter(pk=asked.scenario.pk).exists():
        found.append(_("所选应用场景没有为这项数据公布"))
    longest = int(parameters.row("data-grant.direct-months", clock.today()).number)
    if asked.months > longest:
        found.append(_("使用期限超过直接获取的上限 %d 个月") % longest)
    if version.security >= Security.L4:
        found.append(_("安全级别为 4 级，须由提供单位审核"))
    if (
        version.sharing == Sharing.CONDITIONAL
        and version.fields.filter(
            name__in=asked.fields, classification=DataField.Classification.SENSITIVE, key=False
        ).exists()
    ):
        found.append(_("有条件共享数据中的敏感个人信息须由提供单位审核"))
    standing = freshness.of(Dataset.objects.with_arrival().select_related("current").get(pk=asked.dataset_id))
    if standing.standing not in READY:
        found.append(_("数据%s，暂不符合数据规范性要求") % standing.standing.label)
    return found
