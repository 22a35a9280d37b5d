"""Pages of registration, identities, mandates and the profile."""

from allauth.account.views import SignupView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties import acting, delegable, identifiers, mandates
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.forms import InvitationForm, PaperForm, RevokeForm
from apps.kernel.parties.models import Mandate, Party, Role


class RegistrationView(SignupView):
    """Real-name registration; what the use case refuses is shown beside its field."""

    def form_valid(self, form) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)


# --- identities and offers ---------------------------------------------------------------------


@login_required
def identities(request: HttpRequest) -> HttpResponse:
    """Whom I may act for, and the mandates offered to me."""
    mine = acting.identities(request.actor.user)
    managed = [identity.party for identity in mine if identity.manages]
    offers = Mandate.objects.filter(agent__in=managed, state=Mandate.State.INVITED).select_related("principal", "agent")
    return render(
        request,
        "parties/identities.html",
        {
            "identities": mine,
            "offers": [
                {"mandate": offer, "scope": scope(offer), "needs_paper": offer.kind in mandates.NEEDS_PAPER}
                for offer in offers.order_by("id")
            ],
        },
    )


@login_required
@require_POST
def answer(request: HttpRequest, mandate_ref: str, action: str) -> HttpResponse:
    """Accept or decline an offer made to me or to a firm I manage."""
    managed = {identity.party.pk: identity for identity in acting.identities(request.actor.user) if identity.manages}
    offer = get_object_or_404(Mandate, ref=mandate_ref, agent__in=managed)
    identity = managed[offer.agent_id]
    actor = Actor(user=request.actor.user, party=identity.party, mandate=identity.mandate)
    try:
        getattr(mandates, action)(offer, actor=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        accepted = _("您现在可以代表 %(name)s 办理了。") % {"name": offer.principal.name}
        messages.success(request, accepted if action == "accept" else _("已谢绝这份邀请。"))
    return redirect("identities")


# --- mandates of the party acted for -----------------------------------------------------------


@login_required
def mandate_list(request: HttpRequest) -> HttpResponse:
    """Who acts for this party, and for whom it acts."""
    visible = Mandate.objects.visible_to(request.actor).select_related("principal", "agent").order_by("-id")
    rows = [{"mandate": mandate, "scope": scope(mandate)} for mandate in visible]
    party = request.actor.party
    return render(
        request,
        "parties/mandates.html",
        {
            "given": [row for row in rows if row["mandate"].principal_id == party.pk],
            "held": [row for row in rows if row["mandate"].agent_id == party.pk],
            "manages": _manages(request.actor),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def mandate_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the form, then the check of its answers, then the invitation."""
    actor = request.actor
    if not _manages(actor):
        raise PermissionDenied
    form = InvitationForm(request.POST or None, principal=actor.party)
    if request.method == "GET" or "change" in request.POST or not form.is_valid():
        if "change" in request.POST:
            form = InvitationForm(initial=_answers(request, form), principal=actor.party)
        return render(request, "parties/invite.html", {"form": form})
    if "confirm" in request.POST:
        try:
            mandate = form.invite(actor)
        except ValidationError as error:
            form.add_error(None, error)
            return render(request, "parties/invite.html", {"form": form})
        messages.success(request, _("邀请已发出。"))
        return redirect("mandates:detail", party_ref=actor.party.ref, mandate_ref=mandate.ref)
    answers = form.cleaned_data
    context = {
        "form": form,
        "agent": form.agent,
        "number": identifiers.masked(answers["agent_number"].strip()),
        "kind": Mandate.Kind(answers["kind"]).label,
        "needs_paper": answers["kind"] in mandates.NEEDS_PAPER,
        "scope": scope(Mandate(matters=answers.get("matters", []), levies=answers.get("levies", []))),
        "valid_from": answers["valid_from"],
        "valid_to": answers["valid_to"],
    }
    return render(request, "parties/invite_check.html", context)


def _answers(request: HttpRequest, form: InvitationForm) -> dict:
    several = ("matters", "levies")
    return {name: request.POST.getlist(name) if name in several else request.POST.get(name, "") for name in form.fields}


@login_required
def mandate_detail(request: HttpRequest, mandate_ref: str) -> HttpResponse:
    """One mandate: its scope, its history, and what can be done with it."""
    mandate = _visible(request, mandate_ref)
    return render(
        request,
        "parties/mandate.html",
        {
            "mandate": mandate,
            "scope": scope(mandate),
            "history": mandate.history.select_related("by"),
            "actions": mandates.open_to(mandate, request.actor),
            "needs_paper": mandate.kind in mandates.NEEDS_PAPER,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def mandate_revoke(request: HttpRequest, mandate_ref: str) -> HttpResponse:
    """Ask for the reason, then end the mandate at once."""
    mandate = _visible(request, mandate_ref)
    if "revoke" not in mandates.open_to(mandate, request.actor) and request.method == "GET":
        return redirect("mandates:detail", party_ref=request.actor.party.ref, mandate_ref=mandate.ref)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            mandates.revoke(mandate, actor=request.actor, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("授权已撤销，即时生效。"))
            gave_up_own = mandate == request.actor.mandate
            return (
                redirect("identities") if gave_up_own else redirect("mandates:list", party_ref=request.actor.party.ref)
            )
    return render(request, "parties/revoke.html", {"mandate": mandate, "form": form})


def _visible(request: HttpRequest, mandate_ref: str) -> Mandate:
    found = Mandate.objects.visible_to(request.actor).select_related("principal__office", "agent")
    return get_object_or_404(found, ref=mandate_ref)


def _manages(actor: Actor) -> bool:
    return actor.mandate is None or actor.mandate.kind in Mandate.MANAGING_KINDS


def scope(mandate: Mandate) -> dict[str, list[str]]:
    """The names of what a mandate is limited to."""
    return {
        "matters": delegable.labels(mandate.matters, delegable.MATTERS),
        "levies": delegable.labels(mandate.levies, delegable.LEVIES),
    }


# --- guardians at the counter ------------------------------------------------------------------


@login_required
def guardians(request: HttpRequest) -> HttpResponse:
    """Guardians whose paper a clerk of the ward's tax office has to confirm."""
    waiting = _waiting(_clerk(request)).select_related("principal", "agent").order_by("id")
    return render(request, "parties/guardians.html", {"waiting": waiting})


@login_required
@require_http_methods(["GET", "POST"])
def guardian(request: HttpRequest, mandate_ref: str) -> HttpResponse:
    """Confirm one guardian's paper, or refuse it."""
    actor = _clerk(request)
    mandate = get_object_or_404(_waiting(actor).select_related("principal__person", "agent__person"), ref=mandate_ref)
    form = PaperForm(request.POST or None)
    if form.is_valid():
        refused, paper = "decline" in request.POST, form.cleaned_data["paper"]
        try:
            if refused:
                mandates.decline(mandate, actor=actor, reason=paper)
            else:
                mandates.confirm(mandate, actor=actor, paper=paper)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("已退回。") if refused else _("监护关系已确认。"))
            return redirect("guardians")
    for party in (mandate.principal, mandate.agent):
        log.read(actor=actor, party_id=party.pk, what="identity", purpose=Purpose.GUARDIAN)
    return render(request, "parties/guardian.html", {"mandate": mandate, "form": form})


def _clerk(request: HttpRequest) -> Actor:
    if Role.CLERK not in request.actor.roles:
        raise PermissionDenied
    return request.actor


def _waiting(actor: Actor):
    return Mandate.objects.filter(
        principal__office=actor.office, kind__in=mandates.NEEDS_PAPER, state=Mandate.State.INVITED
    )


# --- profile -----------------------------------------------------------------------------------


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """My account: how it is protected, how I read the portal, what the portal knows of me."""
    context = {
        "party": Party.objects.filter(person__user=request.actor.user).first(),
        "protected": is_mfa_enabled(request.user),
    }
    return render(request, "parties/profile.html", context)


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What the portal knows of my person; looking is itself recorded."""
    party = get_object_or_404(Party.objects.select_related("person", "office"), person__user=request.actor.user)
    log.read(actor=Actor(user=request.actor.user, party=party), party_id=party.pk, what="profile", purpose=Purpose.OWN)
    return render(request, "parties/data.html", {"party": party})
