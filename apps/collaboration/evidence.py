"""Files that offices put on a case of chapter 4: the kernel's door (Arts 22, 26, 27)."""

from apps.kernel.casework.evidence import EvidenceForm, keep, of_case, optional, required

__all__ = ["EvidenceForm", "keep", "of_case", "optional", "required"]
