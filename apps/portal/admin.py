"""What packages bring into the administration: schedules in words, and no token or secret to look at.

``apps.portal`` is the first installed app, so this module is read before those of the packages.
"""

from importlib import import_module

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from apps.portal.schedules import ScheduleAdmin

admin.site.site_header = _("上海税费服务 · 系统管理")
admin.site.site_title = admin.site.index_title = _("系统管理")
admin.site.enable_nav_sidebar = False  # 150 names beside every page help nobody; the front page groups them

for package in (
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_celery_beat",
    "oauth2_provider",
):
    import_module(f"{package}.admin")
CrontabSchedule.human_readable.fget.short_description = _("运行时间")

# A token or secret shown on a page is one that leaks; where somebody signs in from is theirs to see. What is set
# elsewhere is not asked here a second time.
SECRETS = (AccessToken, Authenticator, Grant, IDToken, RefreshToken, SocialToken, UserSession)
SET_ELSEWHERE = (ClockedSchedule, IntervalSchedule, SocialAccount, SocialApp, SolarSchedule)
for model in (*SECRETS, *SET_ELSEWHERE, PeriodicTask):
    admin.site.unregister(model)
admin.site.register(PeriodicTask, ScheduleAdmin)
