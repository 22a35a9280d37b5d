"""Delegated collection's tables: agreements and signatures, what was collected, money, inspections (Art 23)."""

from apps.collaboration.delegated.models.agreements import (
    LEVIES,
    AgreementVersion,
    ConditionFinding,
    DelegatedAgreement,
    GridCollector,
    Signature,
)
from apps.collaboration.delegated.models.batches import CollectedItem, CollectionBatch
from apps.collaboration.delegated.models.inspections import DelegatedInspection
from apps.collaboration.delegated.models.money import FeeLine, FeeStatement, LatePenalty, Remittance, Transfer

__all__ = [
    "LEVIES",
    "AgreementVersion",
    "CollectedItem",
    "CollectionBatch",
    "ConditionFinding",
    "DelegatedAgreement",
    "DelegatedInspection",
    "FeeLine",
    "FeeStatement",
    "GridCollector",
    "LatePenalty",
    "Remittance",
    "Signature",
    "Transfer",
]
