"""The pages common to all front doors: welcome, catalogue, law, help, display settings."""

from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.kernel.casework import procedures
from apps.kernel.casework import views as casework
from apps.kernel.parties import acting, todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, User
from apps.portal import content, menus, navigation, preferences
from apps.portal.content import guide as user_guide
from apps.services.agencies import clients
from apps.services.bundles import declaration

OFTEN_ASKED = ("filing-due-date", "payment-certificate", "which-reliefs", "refund", "act-for-company", "help-parents")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Welcome; whoever is signed in goes on to their own front door."""
    if request.user.is_authenticated:
        return _own_door(request)
    asked = [entry for entry in content.help_entries() if entry.slug in OFTEN_ASKED]
    context = {
        "topics": asked,
        "sections": navigation.sections(request.actor),
        "starts": navigation.starts(request.actor),
        "own_search": True,
    }
    return render(request, "portal/welcome.html", context)


def _own_door(request: HttpRequest) -> HttpResponse:
    office = request.actor.office
    if office is not None:
        return redirect("counter" if office.is_tax else "partner")
    own = _own_party(request)
    if own is not None:
        return redirect("acting_home", party_ref=own)
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "portal/no_identity.html")


def _own_party(request: HttpRequest) -> str | None:
    own = request.user.own_party
    return own.ref if own else None


@require_safe
def acting_home(request: HttpRequest) -> HttpResponse:
    """What this taxpayer needs to do, soonest first (Art 6)."""
    actor = request.actor
    told = todos.kept(actor, "home", lambda: {"todos": todos.for_actor(actor), "held": _held(actor)})
    # What falls due for others is read each time: only they are told when it changes.
    context = {"todos": told["todos"], "represented": clients.due_of(told["held"]), "starts": navigation.starts(actor)}
    return render(request, "portal/acting_home.html", context)


def _held(actor: Actor) -> list[Mandate]:
    """The mandates through which a person may act for others, when acting for nobody yet."""
    return [] if actor.mandate is not None else acting.represented(actor.person)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """我要办税: every matter a taxpayer may apply for, by subject (Art 15)."""
    open_to_all = [procedure for procedure in procedures.all() if procedure.audience]
    first = [str(subject) for subject in menus.FIRST_SUBJECTS]

    def place(procedure: procedures.Procedure) -> tuple[int, str]:
        subject = str(procedure.subject)
        return (first.index(subject) if subject in first else len(first), subject)

    by_subject = sorted(open_to_all, key=place)
    subjects = [
        (subject or _("其他事项"), list(found))
        for subject, found in groupby(by_subject, key=lambda procedure: str(procedure.subject))
    ]
    return render(request, "portal/matters.html", {"subjects": subjects})


@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    """一件事: what several departments handle on one application (Art 10)."""
    found = [procedures.get(bundle.code) for bundle in declaration.all_bundles()]
    return render(request, "portal/bundles.html", {"bundles": found})


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """The start page of a matter; who is signed in sees it under their own identity."""
    if request.user.is_authenticated and request.actor.party is None:
        own = _own_party(request)
        if own is not None:
            return redirect("matter", party_ref=own, code=code)
    return casework.start(request, code)


@require_safe
def section(request: HttpRequest, code: str) -> HttpResponse:
    """One of the front door's sections as a list of what it leads to."""
    found = navigation.section(code, request.actor)
    return render(request, "portal/section.html", {"section": found})


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The Measures: 39 articles, each with the matters that carry it out (Arts 6, 12)."""
    cited: dict[str, list] = {}
    for procedure in (each for each in procedures.all() if not each.whole):
        for label in procedure.article.split("、"):
            cited.setdefault(label, []).append(procedure)
    chapters = [
        (chapter, [(article, cited.get(article.label, [])) for article in chapter.articles])
        for chapter in content.measures()
    ]
    return render(request, "portal/measures.html", {"chapters": chapters})


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """互动: questions and answers by topic, and whom to ask (Art 12)."""
    topics = [(topic, list(found)) for topic, found in groupby(content.help_entries(), key=lambda entry: entry.topic)]
    section = navigation.section("help", request.actor)
    return render(request, "portal/help.html", {"topics": topics, "section": section})


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How to use the portal, from signing in to appealing (Art 12)."""
    return render(request, "portal/guide.html", {"guide": user_guide.guide()})


@require_safe
def help_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """One question with its answer."""
    entries = content.help_entries()
    found = next((entry for entry in entries if entry.slug == slug), None)
    if found is None:
        raise Http404
    related = [entry for entry in entries if entry.topic == found.topic and entry.slug != slug]
    return render(request, "portal/help_entry.html", {"entry": found, "related": related})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for people who see, hear, move or read differently (Art 11)."""
    return render(request, "portal/accessibility.html")


@require_safe
def show_preferences(request: HttpRequest) -> HttpResponse:
    """Language, text size and contrast on one page; error pages lead here."""
    return render(request, "portal/preferences.html", {"sizes": User.TextSize.choices, "languages": settings.LANGUAGES})


@require_POST
def set_display(request: HttpRequest) -> HttpResponse:
    """Turn 长辈版 or high contrast on or off and go back to where it was done."""
    response = HttpResponseRedirect(_back(request))
    size, contrast = request.POST.get("text_size"), request.POST.get("high_contrast")
    choices: dict[str, str | bool] = {}
    if size in User.TextSize.values:
        choices["text_size"] = size
        preferences.keep(response, preferences.TEXT_COOKIE, size)
    if contrast in preferences.CONTRAST:
        choices["high_contrast"] = preferences.CONTRAST[contrast]
        preferences.keep(response, preferences.CONTRAST_COOKIE, contrast)
    if choices and request.user.is_authenticated:
        preferences.save(request.user, **choices)
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language and go back to the same page."""
    response = HttpResponseRedirect(_back(request))
    language = request.POST.get("language")
    if language in preferences.LANGUAGES:
        preferences.keep(response, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            preferences.save(request.user, language=language)
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else reverse("home")
