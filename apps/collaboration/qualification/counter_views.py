"""The tax office's pages: anomalies to ask about, qualifications of its payers, how timely departments are (Art 26)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.collaboration import listing, tables
from apps.collaboration.qualification import access, anomalies, procedure
from apps.collaboration.qualification.forms import VerifyForm
from apps.collaboration.qualification.models import Determination
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Organisation, Party, Person
from apps.kernel.request_keys import form_key

RECENT = 50


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What to ask about, what is being verified, and whether departments tell in time."""
    if not access.verifies(request.actor):
        raise Http404
    told = Determination.objects.visible_to(request.actor)
    context = {
        **listing.page(request, [procedure.CODE]),
        "anomalies": anomalies.found(request.actor),
        "recent": told.select_related("party", "office").order_by("-id")[:RECENT],
        "timely": told.values(name=F("office__name"))
        .annotate(told=Count("pk"), late=Count("pk", filter=Q(told_at__gt=F("inform_due"))))
        .order_by("name"),
    }
    return render(request, "collaboration/qualification/counter.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the department to verify, from an anomaly or from scratch."""
    if not access.verifies(request.actor):
        raise Http404
    posted = request.method == "POST"
    form = VerifyForm(request.POST if posted else None, actor=request.actor, initial=_initial(request))
    if posted and form.is_valid():
        try:
            case = procedure.ask(request.actor, form.data, key=form_key(request) or reference(16))
            return redirect("counter_cases:page", case.number)
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as refusal:
            tables.add(form, refusal)
    context = {"form": form, "key": form_key(request) or reference(16)}
    return render(request, "collaboration/qualification/ask.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, str]:
    """What an anomaly already says; looking up whose it is goes on record."""
    if request.method == "POST" or "payer" not in request.GET:
        return {}
    found = next(
        (
            each
            for each in anomalies.found(request.actor)
            if each.party.ref == request.GET["payer"] and each.kind.code == request.GET.get("kind")
        ),
        None,
    )
    if found is None:
        return {}
    log.read(actor=request.actor, party_id=found.party.pk, what="qualification", purpose=Purpose.QUALIFICATION)
    return {
        "kind": found.kind.code,
        "payer_code": _code(found.party),
        "ground": found.ground,
        "facts": _("%(kind)s：%(ground)s。%(what)s。")
        % {"kind": found.kind.title, "ground": found.ground_label, "what": found.what},
    }


def _code(party: Party) -> str:
    if party.kind == Party.Kind.PERSON:
        return Person.objects.get(party=party).id_number
    return Organisation.objects.get(party=party).uscc
