"""The portal's routes, and the bare views it is measured against."""

from django.urls import path

from bench import bare
from taxportal.urls import urlpatterns as portal

urlpatterns = [
    path("bench/bare/", bare.page),
    path("bench/plain-submit/", bare.submit),
    path("bench/take/", bare.take),
    *portal,
]
