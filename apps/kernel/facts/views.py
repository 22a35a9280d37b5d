"""What the office knows about me, who said so, and a way to say it is wrong (Arts 12, 19)."""

from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.facts import catalogue, disputes, reading
from apps.kernel.facts.display import shown
from apps.kernel.facts.forms import DisputeForm
from apps.kernel.facts.models import Dispute


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Every known value with its source and date, by subject."""
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what="facts", purpose=Purpose.OWN)
    values, statements, disputed = reading.profile(party), reading.current(party), disputes.open_of(party)
    rows = [
        {
            "entry": entry,
            "value": shown(entry, values[code]),
            "statement": statements.get(code),
            "dispute": disputed.get(code),
        }
        for code, entry in catalogue.entries().items()
        if values[code] is not None
    ]
    subjects = [(subject, list(group)) for subject, group in groupby(rows, key=lambda row: row["entry"].subject)]
    return render(request, "facts/mine.html", {"subjects": subjects})


@login_required
@require_safe
def history(request: HttpRequest, field: str) -> HttpResponse:
    """Who said what of one value, when."""
    entry = _entry(field)
    party = request.actor.party
    log.read(actor=request.actor, party_id=party.pk, what=f"facts/{field}", purpose=Purpose.OWN)
    rows = [
        (statement, shown(entry, None if statement.value is None else entry.column.to_python(statement.value)))
        for statement in reading.provenance(party, field)
    ]
    if not rows:
        raise Http404
    return render(request, "facts/history.html", {"entry": entry, "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, field: str) -> HttpResponse:
    """Say that a value is wrong."""
    entry = _entry(field)
    party = request.actor.party
    statement = reading.current(party).get(field)
    if statement is None or statement.value is None:
        raise Http404
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            disputes.open(party, field, actor=request.actor, **form.cleaned_data)
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            messages.success(request, _("异议已提交。核实结果会通知您，核实前这一项会标明“有异议”。"))
            return redirect("facts:mine", party_ref=party.ref)
    context = {
        "entry": entry,
        "statement": statement,
        "value": shown(entry, reading.profile(party)[field]),
        "form": form,
    }
    return render(request, "facts/dispute.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take an open dispute back."""
    found = get_object_or_404(Dispute, party=request.actor.party, ref=ref)
    try:
        disputes.withdraw(found, actor=request.actor)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("异议已撤回。"))
    return redirect("facts:mine", party_ref=request.actor.party.ref)


def _entry(field: str) -> catalogue.Entry:
    try:
        return catalogue.entries()[field]
    except KeyError as error:
        raise Http404 from error
