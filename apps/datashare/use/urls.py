"""Routes of lawful use: the tax offices' reading, findings, the trace of a leak, the public list (Art 21)."""

from django.urls import include, path

from apps.datashare.use import views

urlpatterns = [path("datashare/preconditions/", views.public, name="preconditions")]

_counter = [
    path("read/<str:ref>/", views.read, name="read"),
    path("findings/", views.findings, name="findings"),
    path("findings/<str:ref>/", views.finding, name="finding"),
]
counter_urlpatterns = [path("data/use/", include((_counter, "data_use")))]

_partner = [
    path("findings/", views.findings, name="findings"),
    path("findings/<str:ref>/", views.finding, name="finding"),
    path("trace/", views.trace, name="trace"),
    path("preconditions/", views.declare, name="preconditions"),
    path("preconditions/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
partner_urlpatterns = [path("data/use/", include((_partner, "data_use_partner")))]
