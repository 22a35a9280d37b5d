"""Front doors and the pages common to all. Each app adds one line where its routes belong."""

from django.urls import include, path

from apps.collaboration import urls as collaboration
from apps.datashare import urls as datashare
from apps.kernel.audit import urls as evidence
from apps.kernel.casework import urls as cases
from apps.kernel.facts import urls as facts
from apps.kernel.ledger import urls as ledger
from apps.kernel.notifications import urls as messages
from apps.kernel.parties import urls as parties
from apps.portal import api_docs, health, search_views, views, workbench
from apps.portal.metrics.views import metrics
from apps.services import urls as services
from apps.supervision import urls as supervision

# Pages for everyone. They also lie under /as/<party_ref>/, so whoever acts for a taxpayer keeps that identity.
common_urlpatterns = [
    path("matters/", views.matters, name="matters"),
    path("matters/<slug:code>/", views.matter, name="matter"),
    path("bundles/", views.bundles, name="bundles"),
    path("queries/", views.section, {"code": "queries"}, name="queries"),
    path("help/", views.help_index, name="help"),
    path("help/using/", views.guide, name="using"),
    path("help/<slug:slug>/", views.help_entry, name="help_entry"),
    path("public/", views.section, {"code": "public"}, name="public"),
    path("measures/", views.measures, name="measures"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("search/", search_views.results, name="search"),
]

# The taxpayer acted for is in the URL, so two companies in two tabs never mix.
acting_urlpatterns = [
    path("", views.acting_home, name="acting_home"),
    path("", include(common_urlpatterns)),
    path("", include((cases.acting_urlpatterns, "cases"))),
    path("threads/", include((cases.acting_thread_urlpatterns, "threads"))),
    path("", include((ledger.acting_urlpatterns, "ledger"))),
    path("", include((messages.acting_urlpatterns, "messages"))),
    path("", include(facts.acting_urlpatterns)),
    path("", include(evidence.acting_urlpatterns)),
    path("", include(services.acting_urlpatterns)),
    path("", include(datashare.acting_urlpatterns)),
    path("", include(collaboration.acting_urlpatterns)),
    path("", include(supervision.acting_urlpatterns)),
    path("", include(parties.acting_urlpatterns)),
]

api_urlpatterns = [
    path("schema/", api_docs.Schema.as_view(), name="api_schema"),
    path("calculations/", include("apps.kernel.rules.urls")),
    path("", include("apps.kernel.audit.api_urls")),
    path("", include("apps.kernel.casework.api_urls")),
    path("", include("apps.kernel.documents.api_urls")),
    path("", include("apps.kernel.ledger.api_urls")),
    path("", include(services.api_urlpatterns)),
    path("", include(datashare.api_urlpatterns)),
    path("", include(collaboration.api_urlpatterns)),
    path("", include(supervision.api_urlpatterns)),
    path("docs/", api_docs.Docs.as_view(), name="api_docs"),
]

urlpatterns = [
    # Routes are tried in turn: first those most requests are for.
    path("", views.home, name="home"),
    path("as/<str:party_ref>/", include(acting_urlpatterns)),
    path("api/v1/", include(api_urlpatterns)),
    path("", include(common_urlpatterns)),
    path("", include(parties.urlpatterns)),
    path("preferences/", views.show_preferences, name="preferences"),
    path("preferences/display/", views.set_display, name="display"),
    path("preferences/language/", views.set_language, name="set_language"),
    path("", include("apps.kernel.documents.urls")),
    path("counter/", workbench.counter, name="counter"),
    path("partner/", workbench.partner, name="partner"),
    path("", include(cases.urlpatterns)),
    path("counter/cases/", include((cases.counter_urlpatterns, "counter_cases"))),
    path("counter/threads/", include((cases.counter_thread_urlpatterns, "counter_threads"))),
    path("counter/hand-over/", include((cases.counter_hand_over_urlpatterns, "counter_hand_over"))),
    path("counter/", include((ledger.counter_urlpatterns, "ledger_counter"))),
    path("counter/", include((messages.counter_urlpatterns, "counter_messages"))),
    path("partner/", include((messages.partner_urlpatterns, "partner_messages"))),
    path("", include(ledger.urlpatterns)),
    path("partner/cases/", include((cases.partner_urlpatterns, "partner_cases"))),
    path("", include(services.urlpatterns)),
    path("", include(datashare.urlpatterns)),
    path("", include(collaboration.urlpatterns)),
    path("", include(supervision.urlpatterns)),
    path("counter/", include(services.counter_urlpatterns)),
    path("counter/", include(datashare.counter_urlpatterns)),
    path("counter/", include(collaboration.counter_urlpatterns)),
    path("counter/", include(supervision.counter_urlpatterns)),
    path("partner/", include(services.partner_urlpatterns)),
    path("partner/", include(datashare.partner_urlpatterns)),
    path("partner/", include(collaboration.partner_urlpatterns)),
    path("partner/", include(supervision.partner_urlpatterns)),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
