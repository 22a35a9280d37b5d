"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.agencies.admin import AgencyAdmin
from apps.services.filing.admin import FigureDisputeAdmin, VatReturnAdmin
from apps.services.invoices.admin import InvoiceAdmin
from apps.services.regions.admin import (
    ReceivedMessageAdmin,
    RecognitionConsentAdmin,
    RecognitionQueryAdmin,
    RegionAdmin,
)

__all__ = [
    "AgencyAdmin",
    "FigureDisputeAdmin",
    "InvoiceAdmin",
    "ReceivedMessageAdmin",
    "RecognitionConsentAdmin",
    "RecognitionQueryAdmin",
    "RegionAdmin",
    "VatReturnAdmin",
]
