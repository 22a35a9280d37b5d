"""The demonstration's correspondence: a question that waits for its answer, papers on their way by post."""

from apps.kernel.casework import threads
from apps.kernel.casework.models import Case
from apps.kernel.casework.thread_models import Thread
from apps.kernel.workcalendar import clock
from apps.services.channels import mail
from apps.services.channels.models import Mailing
from apps.services.invoices.demo import maker

ASKED_ABOUT = "demo-deferral-1"
SUBJECT = "厂房从价计征的房产原值"
QUESTION = "我们今年改建了车间，改建支出要不要计入房产原值，从哪个月起申报？"
TRACKING = "EA123456785CN"


def seed() -> None:
    """Ask and post once; a second run changes nothing."""
    actor = maker()
    if not Thread.objects.filter(party=actor.party, subject=SUBJECT).exists():
        threads.begin(actor, subject=SUBJECT, text=QUESTION)
    case = Case.objects.get(idempotency_key=ASKED_ABOUT)
    if not Mailing.objects.filter(tracking=TRACKING).exists():
        mail.register(case, actor, carrier=Mailing.Carrier.EMS, tracking=TRACKING, posted_on=clock.today())
