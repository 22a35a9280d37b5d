"""Tables of social insurance contributions (社会保险费), by subject."""

from apps.collaboration.insurance.models.assessments import PAYER_CODE, AssessedLine, AssessedPayer
from apps.collaboration.insurance.models.bills import InsuranceBill, InsuranceFeedback
from apps.collaboration.insurance.models.declarations import (
    DeclarationReminder,
    DeclaredLine,
    InsuranceDeclaration,
    StagedEmployee,
)
from apps.collaboration.insurance.models.exchange import (
    AssistanceFund,
    InsuranceDuty,
    InsuranceExchange,
    InsuranceRegistration,
    InsuredPerson,
)
from apps.collaboration.insurance.models.groups import GroupMember, PayerGroup
from apps.collaboration.insurance.models.matters import InsuranceDispute, InsuranceRefund

__all__ = [
    "PAYER_CODE",
    "AssessedLine",
    "AssessedPayer",
    "AssistanceFund",
    "DeclarationReminder",
    "DeclaredLine",
    "GroupMember",
    "InsuranceBill",
    "InsuranceDeclaration",
    "InsuranceDispute",
    "InsuranceDuty",
    "InsuranceExchange",
    "InsuranceFeedback",
    "InsuranceRefund",
    "InsuranceRegistration",
    "InsuredPerson",
    "PayerGroup",
    "StagedEmployee",
]
