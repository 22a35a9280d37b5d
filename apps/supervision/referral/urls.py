"""Routes of referrals at the two front doors of offices."""

from django.urls import include, path

from apps.supervision.referral import views


def _at(door: str, *own) -> list:
    pages = [
        path("", views.index, {"door": door}, name="list"),
        path("joint/", views.joint_list, {"door": door}, name="joint"),
        path("joint/new/", views.joint_new, {"door": door}, name="joint_new"),
        *own,
    ]
    return [path("referrals/", include((pages, f"referral_{door}")))]


counter_urlpatterns = _at("counter", path("new/", views.new, name="new"))
partner_urlpatterns = _at("partner", path("opinion/", views.opinion, name="opinion"))
