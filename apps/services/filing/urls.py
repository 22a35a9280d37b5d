"""Routes of returns, under a taxpayer's identity (``/as/<party_ref>/filing/``) and in the API."""

from django.urls import include, path

from apps.services.filing import api, batch_api, batch_views, source_api, source_views, views

KIND = "<slug:kind>/<str:period>/"
RETURN = "returns/<str:number>/"

acting_urlpatterns = [
    path(
        "filing/",
        include(
            (
                [
                    path("", views.periods, name="periods"),
                    path("sources/", source_views.register, name="sources"),
                    path("sources/add/<slug:levy>/", source_views.add, name="source_add"),
                    path("sources/<str:ref>/", source_views.amend, name="source"),
                    path("sources/<str:ref>/strike/", source_views.strike, name="source_strike"),
                    path("clients/", batch_views.clients, name="clients"),
                    path("batches/<str:ref>/", batch_views.progress, name="batch"),
                    path(RETURN, views.figures, name="figures"),
                    path(RETURN + "confirm/", views.confirm, name="confirm"),
                    path(RETURN + "file/", views.file, name="file"),
                    path(RETURN + "discard/", views.discard, name="discard"),
                    path(RETURN + "refresh/", views.refresh, name="refresh"),
                    path(RETURN + "add/", views.add_rate, name="add"),
                    path(RETURN + "figures/<str:code>/", views.figure, name="figure"),
                    path(RETURN + "figures/<str:code>/dispute/", views.dispute, name="dispute"),
                    path(RETURN + "computed/", views.computed, name="computed"),
                    path(RETURN + "check/", views.check, name="check"),
                    path(RETURN + "done/", views.done, name="done"),
                    path(KIND + "begin/", views.begin, name="begin"),
                    path(KIND + "correct/", views.correct, name="correct"),
                ],
                "filing",
            )
        ),
    ),
]

api_urlpatterns = [
    path("filing/source-taxes/", source_api.SourceTaxes.as_view(), name="api-filing-taxes"),
    path("filing/sources/", source_api.Sources.as_view(), name="api-filing-sources"),
    path("filing/sources/<str:ref>/", source_api.Source.as_view(), name="api-filing-source"),
    path("filing/clients/", batch_api.ClientPeriods.as_view(), name="api-filing-clients"),
    path("filing/batches/", batch_api.Batches.as_view(), name="api-filing-batches"),
    path("filing/batches/<str:ref>/", batch_api.Batch.as_view(), name="api-filing-batch"),
    path("filing/periods/", api.Periods.as_view(), name="api-filing-periods"),
    path("filing/returns/<str:number>/", api.ReturnOne.as_view(), name="api-filing-return"),
    path("filing/returns/<str:number>/figures/", api.Figures.as_view(), name="api-filing-figures"),
]
