"""Where chapter 4 meets the kernel; connected once."""

from apps.collaboration import evidence, keeping
from apps.collaboration.assistance import procedure as assistance
from apps.collaboration.banks import deduct, enquiry, freeze, releasing
from apps.collaboration.courts import arrears, bankruptcy, sale
from apps.collaboration.courts import parts as court_parts
from apps.collaboration.delegated import access as delegated
from apps.collaboration.delegated import inspecting
from apps.collaboration.delegated import procedure as delegated_procedure
from apps.collaboration.delegated import texts as delegated_texts
from apps.collaboration.fees import disputes as fee_disputes
from apps.collaboration.fees import signals as fees
from apps.collaboration.insurance import feedback as insurance
from apps.collaboration.insurance import matters, reminding
from apps.collaboration.price import assessment, parts
from apps.collaboration.price import letters as price_letters
from apps.collaboration.price import procedure as price
from apps.collaboration.qualification import letters as qualification_letters
from apps.collaboration.qualification import procedure as qualification
from apps.collaboration.registry import exemptions, mismatch, revocations
from apps.collaboration.registry import letters as registry_letters
from apps.kernel.casework import page_parts
from apps.kernel.casework.signals import case_moved
from apps.kernel.documents import access
from apps.kernel.documents.signals import document_revoked
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.parties import todos

# Importing registers them: the letters, the procedures, what is kept for a time.
REGISTERED = (
    fee_disputes.FEE_DISPUTE,
    assistance.ASSISTANCE,
    qualification.VERIFICATION,
    qualification_letters.DECISION,
    price.PRICE,
    assessment.ASSESSMENT,
    price_letters.CONCLUSION,
    mismatch.MISMATCH,
    registry_letters.EXEMPTION,
    delegated_procedure.AGREEMENT,
    delegated_texts.AGREEMENT,
    inspecting.INSPECTION,
    matters.INSURANCE_REFUND,
    matters.INSURANCE_DISPUTE,
    enquiry.ENQUIRY,
    freeze.FREEZE,
    deduct.DEDUCT,
    sale.SALE,
    arrears.ARREARS,
    bankruptcy.BANKRUPTCY,
    keeping,
)


def connect() -> None:
    """Called when the chapter is ready."""
    charge_paid.connect(fees.on_charge_paid, dispatch_uid="feedback-to-fee-departments")
    page_parts.register(evidence.of_case)
    page_parts.register(parts.of_case)
    page_parts.register(court_parts.of_case)
    case_moved.connect(exemptions.on_case_moved, dispatch_uid="exemption-certificate-follows-decision")
    document_revoked.connect(revocations.on_document_revoked, dispatch_uid="registries-hear-of-revocations")
    access.grant("delegated-item", delegated.may_open_receipt)
    charge_paid.connect(insurance.on_charge_paid, dispatch_uid="feedback-to-insurance-agencies")
    todos.register(reminding.todos)
    charge_paid.connect(releasing.on_charge_paid, dispatch_uid="release-what-is-paid")
