"""The draw for everyone: the list fixed, the hashes, the result and its recomputation (Art 33)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.supervision.joint import checking, inspecting
from apps.supervision.joint.models import JointInspection

SHOWN = 50


def _published(ref: str) -> JointInspection:
    found = JointInspection.objects.filter(ref=ref, committed_at__isnull=False).select_related("lead").first()
    if found is None:
        raise Http404
    return found


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """Every draw that was committed to."""
    rows = JointInspection.objects.filter(committed_at__isnull=False).select_related("lead")[:SHOWN]
    return render(request, "joint/draws.html", {"rows": rows})


@require_safe
def draw(request: HttpRequest, ref: str) -> HttpResponse:
    """One draw, recomputed from what is published."""
    found = _published(ref)
    context = {
        "inspection": found,
        "units": found.units.select_related("office").order_by("office__code"),
        "total": found.candidates.count(),
        "targets": found.targets.select_related("candidate").prefetch_related("inspectors"),
    }
    if found.drawn_at is not None:
        checked = checking.check(found)
        context |= {
            "seed_used": checked.seed_used,
            "checked": [
                (_("种子与先公布的散列值"), checked.seed),
                (_("名单与先公布的散列值"), checked.list),
                (_("抽中的纳税人"), checked.targets),
                (_("抽中的检查人员"), checked.inspectors),
            ],
        }
    return render(request, "joint/draw.html", context)


@require_safe
def list_file(request: HttpRequest, ref: str) -> HttpResponse:
    """The list as it was fixed, byte for byte what its hash is of."""
    found = _published(ref)
    response = HttpResponse("\n".join(inspecting.lines(found)), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="inspection-{found.ref}.txt"'
    return response
