"""What the portal's search looks through (Art 12)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """One thing people look for (搜索条目): a matter, an article, an answer or a page."""

    class Kind(models.TextChoices):
        MATTER = "matter", _("事项")
        PAGE = "page", _("页面")
        HELP = "help", _("常见问题")
        LEVY = "levy", _("税费种")
        POLICY = "policy", _("优惠政策")
        ARTICLE = "article", _("办法条文")

    key = models.CharField(_("标识"), max_length=120, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    title = models.CharField(_("标题"), max_length=200)
    title_en = models.CharField(_("英文标题"), max_length=200)
    summary = models.CharField(_("摘要"), max_length=500, blank=True)
    summary_en = models.CharField(_("英文摘要"), max_length=500, blank=True)
    route = models.CharField(_("路由"), max_length=80)
    arguments = models.JSONField(_("路由参数"), default=dict)
    fragment = models.CharField(_("页内位置"), max_length=60, blank=True)
    article = models.CharField(_("条款"), max_length=60, blank=True)
    weight = models.FloatField(_("权重"), default=1.0)
    vector = SearchVectorField(_("词元"))

    class Meta:
        verbose_name = _("搜索条目")
        verbose_name_plural = _("搜索条目")
        indexes = [GinIndex(fields=["vector"], name="search_vector")]

    def __str__(self) -> str:
        return self.title

    @property
    def heading(self) -> str:
        """The title in the reader's language."""
        return self.title_en if get_language() == "en" else self.title

    @property
    def teaser(self) -> str:
        """The summary in the reader's language."""
        return self.summary_en if get_language() == "en" else self.summary
