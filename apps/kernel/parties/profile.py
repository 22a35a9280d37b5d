"""What somebody keeps in the own profile: language, text size, contrast (Art 11)."""

from apps.kernel.parties.models import User


def save_display(user: User, *, language: str, text_size: str, high_contrast: bool) -> None:
    """Keep how the user reads the portal."""
    user.language, user.text_size, user.high_contrast = language, text_size, high_contrast
    user.save(update_fields=["language", "text_size", "high_contrast"])
