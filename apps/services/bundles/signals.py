"""Where bundles meet the rest of the portal: what the ledger and the registries tell."""

from apps.kernel.documents.signals import certificate_checked
from apps.kernel.ledger.signals import charge_paid
from apps.services.bundles import deed_tax


def connect() -> None:
    """Called once, when the chapter is ready."""
    charge_paid.connect(deed_tax.on_charge_paid, dispatch_uid="bundles-deed-tax-paid")
    certificate_checked.connect(deed_tax.on_certificate_checked, dispatch_uid="bundles-certificate-checked")
