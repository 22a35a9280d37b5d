"""Routes of price determinations: the tax office's and the bureau's pages, and the API."""

from django.urls import include, path

from apps.collaboration.price import api, views

_counter = [
    path("", views.index, {"door": "counter"}, name="list"),
    path("new/", views.new, name="new"),
    path("conclusions/<str:ref>/use/", views.use, name="use"),
]
counter_urlpatterns = [path("prices/", include((_counter, "price_counter")))]

_partner = [
    path("", views.index, {"door": "partner"}, name="list"),
    path("<str:number>/items/<int:place>/", views.price, name="price"),
]
partner_urlpatterns = [path("prices/", include((_partner, "price_partner")))]

api_urlpatterns = [
    path("prices/", api.Prices.as_view(), name="api-prices"),
    path("prices/messages/<str:ref>/replay/", api.PriceReplay.as_view(), name="api-price-replay"),
    path("prices/<str:number>/conclusion/", api.Conclusion.as_view(), name="api-price-conclusion"),
]
