"""Pages of the guides: choose one, one question a page, back works, and the end with what to do (Art 12)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.services.wizard import transcripts, trees

LONGEST_PATH = 400


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every guide."""
    return render(request, "wizard/index.html", {"trees": trees.all().values()})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The question that follows from the answers so far, or the end. The answers are in the address, so back works."""
    tree = _tree(code)
    walk = _walk(tree, request.GET.get("path", ""))
    chosen = request.GET.get("answer")
    error = ""
    if chosen is not None or "next" in request.GET:
        if walk.question is not None and walk.question.answer(chosen or "") is not None:
            return redirect(f"{request.path}?path={'.'.join(filter(None, [walk.path, chosen]))}")
        error = _("请选择一个答案。")
    context = {
        "tree": tree,
        "walk": walk,
        "error": error,
        "page_error": bool(error),
        "back": walk.path.rpartition(".")[0] if walk.given else None,
        "steps": [
            (question, answer, ".".join(each.code for _question, each in walk.given[:place]))
            for place, (question, answer) in enumerate(walk.given)
        ],
    }
    if walk.end is not None:
        context["links"] = [(link.say, _address(request, link.route, link.arguments)) for link in walk.end.links]
        context["identity"] = _identity(request)
        return render(request, "wizard/end.html", context)
    return render(request, "wizard/question.html", context, status=422 if error else 200)


@require_POST
@login_required
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Start the matter the guide has led to."""
    walk = _walk(_tree(code), request.POST.get("path", ""))
    try:
        case = transcripts.begin(walk, request.actor)
    except (PermissionDenied, ValidationError) as error:
        messages.warning(request, " ".join(getattr(error, "messages", None) or [str(error)]))
        return redirect(f"{_address(request, 'guide', {'code': code})}?path={walk.path}")
    ref = request.actor.party.ref
    if case is None:
        return redirect(walk.end.procedure.entry, ref)
    return redirect("cases:fill", ref, case.number, walk.end.procedure.pages[0].slug)


@require_POST
@login_required
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Send the questions and answers to an officer."""
    walk = _walk(_tree(code), request.POST.get("path", ""))
    try:
        thread = transcripts.ask(walk, request.actor, request.POST.get("question", ""))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(f"{_address(request, 'guide', {'code': code})}?path={walk.path}")
    messages.success(request, _("已发给主管税务机关，答复后会通知您。"))
    return redirect("threads:page", request.actor.party.ref, thread.ref)


def _tree(code: str) -> trees.Tree:
    tree = trees.all().get(code)
    if tree is None:
        raise Http404
    return tree


def _walk(tree: trees.Tree, path: str) -> trees.Walk:
    walk = tree.walk([step for step in path[:LONGEST_PATH].split(".") if step])
    if walk is None:
        raise Http404
    return walk


def _identity(request: HttpRequest) -> str:
    """This page under the reader's own identity, for whoever has signed in and not taken one yet."""
    own = getattr(request.user, "own_party", None)
    if request.actor.party is not None or own is None:
        return ""
    return f"/as/{own.ref}{request.get_full_path()}"


def _address(request: HttpRequest, route: str, arguments: dict[str, str]) -> str:
    """A page under the identity taken; without one, the public page, or the way to an identity."""
    if request.actor.party is not None:
        try:
            return reverse(route, kwargs={**arguments, "party_ref": request.actor.party.ref})
        except NoReverseMatch:
            pass  # the page knows no identity
    try:
        return reverse(route, kwargs=arguments)
    except NoReverseMatch:
        return reverse("home" if request.user.is_authenticated else "account_login")
