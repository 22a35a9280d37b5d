"""What holds for every page: the language a signed-in user has saved, no copies of pages, no NUL, no empty refusal."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation

from apps.portal import errors
from apps.portal.preferences import LANGUAGES


class UserLanguageMiddleware:
    """Activates the saved language after sign-in is known.

    The API keeps to ``Accept-Language``, as its clients expect.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and not request.path_info.startswith("/api/")
            and request.user.is_authenticated
            and request.user.language in LANGUAGES
        ):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class NotAllowedMiddleware:
    """A page for an address that does not take the method it was opened with: Django's own answer is empty."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            page = errors.not_allowed(request)
            response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response


class NoCopiesMiddleware:
    """What is shown to somebody signed in is not kept by the browser or a proxy, unless the view has said otherwise.

    A session's cookie tells, so that an answer that needs nobody does not load its user for this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and (
            "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        ):
            response["Cache-Control"] = "private, no-store"
        return response


LONGEST_QUERY = 4000  # Python reads no number of more than 4,300 digits


class NoNulMiddleware:
    """Refuses an address or a form with a NUL in it: nobody types one, and PostgreSQL takes none.

    So it does an address longer than anything the portal's own pages lead to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        typed = [request.path_info, request.META.get("QUERY_STRING", "").replace("%00", "\0")]
        if request.content_type == "application/x-www-form-urlencoded":
            typed += [value for values in request.POST.lists() for value in values[1]]
        if any("\0" in text for text in typed) or len(typed[1]) > LONGEST_QUERY:
            raise BadRequest
        return self.get_response(request)
