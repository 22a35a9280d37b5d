"""Routes of policy guidance: everyone's library, a payer's own pages, the counter."""

from django.urls import include, path

from apps.services.guidance import push_views, version_views, views

_library = [
    path("policies/", views.index, name="policies"),
    path("policies/scenes/<slug:slug>/", views.scene, name="policy_scene"),
    path("policies/<str:code>/", views.policy, name="policy"),
]
_own = [
    path("my-policies/", views.mine, name="list"),
    path("my-policies/topics/", views.topics, name="topics"),
    path("policies/<str:code>/confirm/", views.confirm, name="confirm"),
]
_counter = [
    path("policies/", version_views.index, name="versions"),
    path("policies/versions/<int:number>/", version_views.version, name="version"),
    path("policies/versions/<int:number>/decide/", version_views.decide, name="decide"),
    path("policies/<str:code>/", version_views.history, name="history"),
    path("policies/<str:code>/propose/", version_views.propose, name="propose"),
    path("policy-push/", push_views.runs, name="runs"),
    path("policy-push/<str:ref>/", push_views.run, name="run"),
    path("policy-push/<str:ref>/stop/", push_views.stop, name="stop"),
]

urlpatterns = _library
acting_urlpatterns = [*_library, path("", include((_own, "my_policies")))]
counter_urlpatterns = [path("", include((_counter, "policy_counter")))]
