"""Chapter 3's tables, gathered from its rooms."""

from apps.datashare.catalogue.models import Arrival, DataField, Dataset, DatasetVersion, Duty, Scenario

__all__ = ["Arrival", "DataField", "Dataset", "DatasetVersion", "Duty", "Scenario"]
