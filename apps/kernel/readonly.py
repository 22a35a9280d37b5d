"""Admin that shows and changes nothing: what has a door is changed only through it."""

from django.contrib import admin


class ReadOnly:
    """Takes adding, changing and deleting out of an admin or an inline."""

    def has_add_permission(self, *_args: object, **_kwargs: object) -> bool:
        return False

    def has_change_permission(self, *_args: object, **_kwargs: object) -> bool:
        return False

    def has_delete_permission(self, *_args: object, **_kwargs: object) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A list to look at; counting millions of rows for a page is left out."""

    show_full_result_count = False
