"""Routes of the catalogue: public pages and machine forms, the providers' pages, CKAN's calls."""

from django.urls import include, path, re_path

from apps.datashare.catalogue import api, publication, views

_public = [
    path("", views.catalogue, name="catalogue"),
    re_path(r"^catalog\.(?P<form>jsonld|ttl|xml)$", publication.catalogue, name="catalog"),
    re_path(r"^dataset/(?P<code>[a-z0-9-]+)\.(?P<form>jsonld|ttl|xml)$", publication.dataset, name="dataset_graph"),
    path("dataset/<slug:code>/", views.dataset, name="dataset"),
    path("dataset/<slug:code>/schema.json", publication.schema, name="schema"),
    path("dataset/<slug:code>/datapackage.json", publication.data_package, name="data_package"),
    path("dataset/<slug:code>/contract.odcs.yaml", publication.contract, name="contract"),
    path("api/3/action/package_list", publication.package_list, name="package_list"),
    path("api/3/action/package_show", publication.package_show, name="package_show"),
    path("api/3/action/package_search", publication.package_search, name="package_search"),
]
urlpatterns = [path("datashare/", include((_public, "datashare")))]

_partner = [
    path("", views.mine, name="mine"),
    path("new/", views.begin, name="begin"),
    path("<slug:code>/", views.edit, name="edit"),
    path("<slug:code>/retire/", views.retire, name="retire"),
]
partner_urlpatterns = [path("catalogue/", include((_partner, "catalogue")))]

api_urlpatterns = [
    path("catalogue/entries/", api.Entries.as_view(), name="api-catalogue"),
    path("catalogue/entries/<slug:code>/", api.Entry.as_view(), name="api-catalogue-entry"),
    path("catalogue/entries/<slug:code>/withdraw/", api.Withdrawal.as_view(), name="api-catalogue-withdraw"),
    path("catalogue/coverage/", api.Coverage.as_view(), name="api-catalogue-coverage"),
]
