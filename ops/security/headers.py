"""What every answer of the portal must carry: security headers, cookies nobody else can take, no copy left behind."""

from collections.abc import Iterator

import httpx

from ops import demo
from ops.security.target import LOGIN, PATIENCE, Target

EXPECTED = {
    "Content-Security-Policy": ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("DENY",),
    "Referrer-Policy": ("same-origin",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
}
FORBIDDEN_IN_POLICY = ("'unsafe-inline'", "'unsafe-eval'", "*")
PAGES = {
    "": ("/", "/accounts/login/", "/search/?q=a", "/no-such-page/", "/api/v1/procedures/", "/api/v1/cases/"),
    "accountant": ("/as/{party}/", "/as/{party}/cases/", "/as/{party}/account/", "/profile/", "/api/v1/account/"),
    "clerk": ("/counter/", "/counter/cases/", "/accounts/2fa/"),
    "demo-registry": ("/api/v1/cases/",),
}
# What a gate that works must say of the planted server.
SEEN_WHEN_MISSING = (
    *(f"{name} lacks" for name in EXPECTED),
    *("sessionid goes to other sites", "sessionid can be read by scripts", "tells its version", "may be kept"),
)


def faults(target: Target) -> list[str]:
    """One line for each header or cookie that is missing or too weak."""
    with httpx.Client(base_url=target.address, timeout=PATIENCE) as browser:
        return list(_faults(browser, target))


def _faults(browser: httpx.Client, target: Target) -> Iterator[str]:
    for account, pages in PAGES.items():
        for page in pages:
            answer = httpx.get(
                target.address + page.format(party=target.party), headers=target.headers(account), timeout=PATIENCE
            )
            yield from (f"{account or 'nobody'} {page}: {fault}" for fault in _of(answer))
            if account and "no-store" not in answer.headers.get("Cache-Control", ""):
                yield f"{account} {page}: a page of one person may be kept by the browser"
    browser.get(LOGIN)
    form = {"username": "accountant", "password": demo.PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
    yield from (f"signing in: {fault}" for fault in _of(browser.post(LOGIN, data=form)))


def _of(answer: httpx.Response) -> Iterator[str]:
    for name, parts in EXPECTED.items():
        given = answer.headers.get(name, "")
        yield from (f"{name} lacks {part}" for part in parts if part not in given)
    policy = answer.headers.get("Content-Security-Policy", "").split()
    yield from (f"{name} in the policy" for name in FORBIDDEN_IN_POLICY if name in policy)
    for cookie in answer.headers.get_list("Set-Cookie"):
        name, lower = cookie.partition("=")[0], cookie.lower()
        if "samesite=lax" not in lower and "samesite=strict" not in lower:
            yield f"cookie {name} goes to other sites"
        if name != "csrftoken" and "httponly" not in lower:
            yield f"cookie {name} can be read by scripts"
    if any(letter.isdigit() for letter in answer.headers.get("Server", "")):
        yield f"tells its version: {answer.headers['Server']}"
