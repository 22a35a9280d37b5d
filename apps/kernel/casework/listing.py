"""Lists of the cases of a room as an office sees them, by key, with the clock that ends first."""

from collections.abc import Collection

from django.http import HttpRequest

from apps.kernel.casework.models import Case

PER_PAGE = 30


def page(request: HttpRequest, procedures: Collection[str]) -> dict:
    """One page of the cases the office may see, newest first, and where the next page begins."""
    found = (
        Case.objects.visible_to(request.actor)
        .filter(procedure__in=procedures)
        .with_due()
        .select_related("office", "applicant")
        .order_by("-id")
    )
    if request.GET.get("mine"):
        found = found.in_custody_of(request.actor.office).open()
    after = request.GET.get("after", "")
    if after.isdecimal():
        found = found.filter(id__lt=int(after[:18]))
    some = list(found[: PER_PAGE + 1])
    return {
        "cases": some[:PER_PAGE],
        "next": some[PER_PAGE - 1].pk if len(some) > PER_PAGE else None,
        "mine": bool(request.GET.get("mine")),
        "case_page": f"{request.actor.front_door}_cases:page",
    }
