"""Routes of qualifications: the payer's, the department's and the tax office's pages, and the API."""

from django.urls import include, path

from apps.collaboration.qualification import api, counter_views, payer_views, views

acting_urlpatterns = [path("qualifications/", include(([path("", payer_views.mine, name="mine")], "qualification")))]

_counter = [
    path("", counter_views.index, name="list"),
    path("verify/", counter_views.ask, name="ask"),
]
counter_urlpatterns = [path("qualifications/", include((_counter, "qualification_counter")))]

_partner = [
    path("", views.index, name="list"),
    path("tell/", views.tell, name="tell"),
    path("tell/template.csv", views.template, name="template"),
    path("messages/", views.received, name="messages"),
    path("messages/<str:ref>/replay/", views.replay, name="replay"),
    path("determinations/<str:ref>/", views.one, name="one"),
]
partner_urlpatterns = [path("qualifications/", include((_partner, "qualification_partner")))]

api_urlpatterns = [
    path("qualifications/", api.Qualifications.as_view(), name="api-qualifications"),
    path("qualifications/messages/", api.Messages.as_view(), name="api-qualification-messages"),
    path("qualifications/messages/<str:ref>/replay/", api.Replay.as_view(), name="api-qualification-replay"),
    path("qualifications/<str:ref>/", api.Qualification.as_view(), name="api-qualification"),
]
