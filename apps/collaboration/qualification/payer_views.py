"""The payer's page: which qualifications the tax office knows of, who determined them, until when (Art 26)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.collaboration.qualification import procedure
from apps.collaboration.qualification.models import Determination
from apps.kernel.casework.models import Case


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All of them, and the matters about them in which the payer is heard."""
    context = {
        "rows": Determination.objects.visible_to(request.actor).select_related("office").order_by("-id"),
        "cases": Case.objects.visible_to(request.actor).filter(procedure=procedure.CODE).order_by("-id"),
    }
    return render(request, "collaboration/qualification/mine.html", context)
