"""Chapters 5 and 6: routes, gathered from the rooms by front door; the portal includes each list in its place."""

from apps.supervision.reports import urls as reports

urlpatterns = [
    *reports.urlpatterns,
]

counter_urlpatterns = [
    *reports.counter_urlpatterns,
]
