"""The list of dishonest taxpayers in admin: to look at; it changes only through its cases."""

from django.contrib import admin

from apps.kernel.readonly import ReadOnlyAdmin
from apps.supervision.dishonesty.models import DishonestEntry


@admin.register(DishonestEntry)
class DishonestEntryAdmin(ReadOnlyAdmin):
    list_display = ["ref", "name", "code", "kind", "published_on", "shown_until", "removed_on", "removal"]
    list_filter = ["kind", "removal"]
    search_fields = ["ref", "name", "code"]
