"""Routes of the public calculation API; mounted at ``/api/v1/calculations/``."""

from django.urls import path

from apps.kernel.rules.api import CalculationKindsView, CalculationView, UnknownCalculationView
from apps.kernel.rules.calculators import CALCULATORS

urlpatterns = [
    path("", CalculationKindsView.as_view(), name="calculations"),
    *(
        path(f"{kind}/", CalculationView.as_view(calculator=calculator), name=f"calculation-{kind}")
        for kind, calculator in CALCULATORS.items()
    ),
    path("<str:kind>/", UnknownCalculationView.as_view(), name="calculation"),
]
