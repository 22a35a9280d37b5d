"""Where chapter 2 meets the kernel: its to-dos, its parts of the case page, what it listens to; connected once."""

from apps.kernel.casework import page_parts
from apps.kernel.casework.signals import case_moved, case_opened
from apps.kernel.ledger.signals import charges_assessed
from apps.kernel.notifications import dispatch
from apps.kernel.parties import todos
from apps.services.appointments.todos import appointments_ahead
from apps.services.bundles import signals as bundles
from apps.services.channels import mail
from apps.services.filing import signals as filing
from apps.services.invoices import delivery, market_review
from apps.services.invoices.todos import red_letters_to_answer
from apps.services.onenet import signals as onenet
from apps.services.procedures import deferral
from apps.services.regions.province import Province
from apps.services.wizard import transcripts, trees


def connect() -> None:
    """Called when the chapter is ready."""
    todos.register(appointments_ahead)
    todos.register(mail.incomplete)
    todos.register(red_letters_to_answer)
    page_parts.register(transcripts.of_case)
    page_parts.register(mail.of_case)
    dispatch.register(Province())
    bundles.connect()
    delivery.connect()
    filing.connect()
    onenet.connect()
    trees.all()  # a guide that leads into nothing stops the start
    case_opened.connect(transcripts.on_case_opened, dispatch_uid="guide-transcripts")
    charges_assessed.connect(deferral.on_charges_assessed, dispatch_uid="deferral-of-new-charges")
    case_moved.connect(market_review.lower, dispatch_uid="quota-lowered-by-review")
