"""Chapter 2's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from apps.services.agencies import urls as agencies
from apps.services.appointments import urls as appointments
from apps.services.assistance import urls as assistance
from apps.services.channels import urls as channels
from apps.services.entitlement import urls as entitlement
from apps.services.filing import urls as filing
from apps.services.guidance import urls as guidance
from apps.services.invoices import api_urls as invoices_api
from apps.services.invoices import urls as invoices
from apps.services.onenet import urls as onenet
from apps.services.queue import urls as queue
from apps.services.regions import urls as regions
from apps.services.sites import urls as sites
from apps.services.wizard import urls as wizard

# Pages for everyone, signed in or not.
urlpatterns = [
    *agencies.urlpatterns,
    *appointments.urlpatterns,
    *channels.urlpatterns,
    *guidance.urlpatterns,
    *invoices.urlpatterns,
    *onenet.urlpatterns,
    *queue.urlpatterns,
    *sites.urlpatterns,
    *wizard.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *agencies.acting_urlpatterns,
    *appointments.acting_urlpatterns,
    *assistance.acting_urlpatterns,
    *channels.acting_urlpatterns,
    *filing.acting_urlpatterns,
    *guidance.acting_urlpatterns,
    *invoices.acting_urlpatterns,
    *regions.acting_urlpatterns,
    *sites.acting_urlpatterns,
    *wizard.acting_urlpatterns,
]

# Under /counter/, /partner/ and /api/v1/
counter_urlpatterns = [
    *agencies.counter_urlpatterns,
    *appointments.counter_urlpatterns,
    *assistance.counter_urlpatterns,
    *channels.counter_urlpatterns,
    *entitlement.counter_urlpatterns,
    *guidance.counter_urlpatterns,
    *invoices.counter_urlpatterns,
    *onenet.counter_urlpatterns,
    *queue.counter_urlpatterns,
    *regions.counter_urlpatterns,
]

partner_urlpatterns = []

api_urlpatterns = [
    *agencies.api_urlpatterns,
    *appointments.api_urlpatterns,
    *assistance.api_urlpatterns,
    *channels.api_urlpatterns,
    *entitlement.api_urlpatterns,
    *filing.api_urlpatterns,
    *invoices_api.urlpatterns,
    *onenet.api_urlpatterns,
    *queue.api_urlpatterns,
    *regions.api_urlpatterns,
    *sites.api_urlpatterns,
    *wizard.api_urlpatterns,
]
