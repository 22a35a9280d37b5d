"""Answers that several bundles share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class YesNo(models.TextChoices):
    """A question answered with yes or no, in words."""

    YES = "yes", _("是")
    NO = "no", _("否")


YES = (YesNo.YES.value,)
