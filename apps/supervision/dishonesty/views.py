"""The public list with search, the counter's page, the departments' page (Art 33)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.casework.models import Case, Clock
from apps.kernel.parties.ids import reference
from apps.kernel.request_keys import form_key
from apps.kernel.workcalendar import clock
from apps.supervision.dishonesty import listing
from apps.supervision.dishonesty.forms import ProposeForm
from apps.supervision.dishonesty.models import DishonestEntry
from apps.supervision.risk.access import for_analysts

PER_PAGE = 20
SHOWN = 100


def search(words: str) -> QuerySet[DishonestEntry]:
    """What is shown of the list, by name or code."""
    found = DishonestEntry.objects.shown().select_related("office")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code=words.upper()))
    return found


def page_of(found: QuerySet[DishonestEntry], after: str, size: int) -> tuple[list[DishonestEntry], int | None]:
    """A page of entries, newest first, and where the next begins.

    :raises Http404: for a nonsense key.
    """
    if after and not (after.isdecimal() and len(after) < 19):
        raise Http404
    if after:
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The list, for everyone."""
    words = request.GET.get("q", "").strip()[:60]
    rows, following = page_of(search(words), request.GET.get("after", ""), PER_PAGE)
    return render(request, "dishonesty/public.html", {"rows": rows, "next": following, "q": words})


@require_safe
@for_analysts
def counter(request: HttpRequest) -> HttpResponse:
    """What is being decided within sight, and the list with its changes."""
    context = {
        "cases": Case.objects.visible_to(request.actor)
        .filter(procedure=listing.CODE, closed_at__isnull=True)
        .select_related("applicant")
        .with_due(Clock.Whose.OFFICE, Clock.Whose.APPLICANT)
        .order_by("-id")[:SHOWN],
        "entries": DishonestEntry.objects.order_by("-pk")[:SHOWN],
        "today": clock.today(),
    }
    return render(request, "dishonesty/counter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a listing; the taxpayer is told at once and heard first."""
    form = ProposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        detail = {name: form.cleaned_data[name] for name in form.Meta.fields}
        key = form_key(request)
        try:
            case = listing.propose(request.actor, form.cleaned_data["code"], detail, idempotency_key=key)
        except (ValidationError, PermissionDenied) as refusal:
            for name, texts in getattr(
                refusal, "message_dict", {"": getattr(refusal, "messages", [str(refusal)])}
            ).items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            return redirect("counter_cases:page", case.number)
    context = {"form": form, "key": reference(16)}
    return render(request, "dishonesty/propose.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def partner(request: HttpRequest) -> HttpResponse:
    """The list and its changes for the departments that act on it."""
    if request.actor.front_door != "partner":
        raise Http404
    context = {"entries": DishonestEntry.objects.order_by("-pk")[:SHOWN], "today": clock.today()}
    return render(request, "dishonesty/partner.html", context)
