"""Public check and downloads."""

from django.urls import path, re_path

from apps.kernel.documents import views

app_name = "documents"

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    re_path(r"^verify/(?P<code>[^/]+)/?$", views.verify_code, name="verify_code"),
    path("documents/<str:ref>/", views.letter, name="letter"),
    path("uploads/<str:ref>/", views.upload, name="upload"),
]
