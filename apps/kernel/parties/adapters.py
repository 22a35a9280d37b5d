"""How allauth does things here: the lock after failed sign-ins, secrets at rest, and who 一网通办 brings in."""

import base64
import datetime as dt
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.base.constants import AuthError
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.parties import registration, second_factor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ywtb import PROVIDER_ID, YwtbProvider


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in with a lock that says when it opens again."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("用户名或密码不正确。请核对后再试。"),
        "incorrect_password": gettext_lazy("密码不正确。请核对后再试。"),
        "too_many_login_attempts": gettext_lazy("尝试次数过多，请 5 分钟后再试。"),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; after too many failures say until when the name is locked, known or not."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            log.denied("sign_in", actor=Actor(), target="account", reason="locked after failed attempts")
            opens = timezone.localtime(self._opens_at(request, credentials))
            message = _("登录失败次数过多，已暂时锁定。请在 %(time)s 以后再试，或者用“一网通办”登录。") % {
                "time": f"{opens:%H:%M}"
            }
            raise ValidationError(message, code="locked") from error

    def _opens_at(self, request: HttpRequest, credentials: dict[str, Any]) -> dt.datetime:
        """When the oldest counted failure falls out of the window of the rate that is exhausted."""
        ends = [0.0]
        for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
            key = ratelimit.get_cache_key(
                request,
                app="allauth.account",
                action="login_failed",
                rate=rate,
                key=self._get_login_attempts_cache_key(request, **credentials),
            )
            history = cache.get(key, [])
            if len(history) >= rate.amount:
                ends.append(history[-1] + rate.duration)
        # The minute shown is the one after the lock has opened.
        return dt.datetime.fromtimestamp(max(ends) + 60, tz=dt.UTC)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted at rest; messages say what to do."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("验证码不正确。每个验证码只能用一次，请等应用显示下一个再试。"),
        "cannot_delete_authenticator": gettext_lazy("工作人员必须保留一种双重验证。请先添加另一种，再停用这一种。"),
    }

    def get_totp_label(self, user) -> str:
        return user.get_username()

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator) -> bool:
        others = authenticator.__class__.objects.filter(user=authenticator.user, type__in=second_factor.FACTORS)
        left = others.exclude(pk=authenticator.pk).exists()
        return left or authenticator.type not in second_factor.FACTORS or not second_factor.required(authenticator.user)


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class SocialAdapter(DefaultSocialAccountAdapter):
    """一网通办 asserts a person's identity number; that number decides which person signs in."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Provider:
        found = super().get_provider(request, provider, client_id)
        return YwtbProvider(request, app=found.app) if _is_ywtb(found.app) else found

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse a foreign answer and staff without a second factor; find or make the person."""
        token, claims = sociallogin.claims.get("id_token", {}), sociallogin.claims["userinfo"]
        if not token.get("nonce") or token["nonce"] != sociallogin.state.get("nonce"):
            raise _refused(request, sociallogin, "nonce")
        if token["sub"] != claims["sub"]:
            raise _refused(request, sociallogin, "claims")
        if not sociallogin.is_existing:
            self._connect_person(request, sociallogin, claims)
        if second_factor.missing(sociallogin.user):
            raise _refused(request, sociallogin, "second_factor")

    def _connect_person(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> None:
        try:
            user = registration.from_ywtb(
                name=claims.get("name", ""),
                id_number=claims.get("id_number", ""),
                phone=claims.get("phone_number", ""),
            )
        except ValidationError as error:
            raise _refused(request, sociallogin, "claims") from error
        sociallogin.connect(request, user)


def _is_ywtb(app: SocialApp | None) -> bool:
    return app is not None and app.provider_id == PROVIDER_ID


def _refused(request: HttpRequest, sociallogin: SocialLogin, reason: str) -> ImmediateHttpResponse:
    log.denied("sign_in", actor=Actor(), target=PROVIDER_ID, reason=reason)
    return ImmediateHttpResponse(
        render_authentication_error(
            request, sociallogin.provider, error=AuthError.DENIED, extra_context={"reason": reason}
        )
    )
