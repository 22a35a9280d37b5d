"""What every request to a bank holds; its ground names the power (``grounds.py``), of taxes or insurance (Art 29)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import grounds
from apps.collaboration.banks.grounds import GROUNDS, Ground
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, User


class BankRequestQuerySet(models.QuerySet):
    """Measures a party was told of, and those an office may see as cases."""

    def visible_to(self, actor: Actor):
        """The party concerned sees a measure once told of it; offices see what they see as cases."""
        if actor.party is not None:
            return self.filter(party=actor.party, told_at__isnull=False)
        return self.filter(case__in=Case.objects.visible_to(actor))


class BankRequest(CaseDetail):
    """What every request to a bank holds: the power, the person, the two officers, the permit."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("当事人"))
    bank = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("金融机构"))
    asked_by = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("承办单位"))
    decider = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("批准机关"))
    first_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("执法人员一"))
    first_certificate = models.CharField(_("执法人员一的执法证号"), max_length=30)
    second_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("执法人员二"))
    second_certificate = models.CharField(_("执法人员二的执法证号"), max_length=30)
    facts = models.CharField(_("事实和理由"), max_length=1000)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    permit = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文书")
    )
    answered_at = models.DateTimeField(_("金融机构答复时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知当事人时间"), null=True, blank=True)

    objects = BankRequestQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def power(self) -> Ground:
        """The power this rests on."""
        return GROUNDS[self.ground]

    @property
    def appeal(self) -> str:
        """How the person concerned may appeal."""
        return grounds.appeal()

    def is_officer(self, user: User | None) -> bool:
        """Whether a user is one of the two officers."""
        return user is not None and user.pk in {self.first_officer_id, self.second_officer_id}
