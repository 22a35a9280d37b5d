"""Administration of users, offices and partner systems; parties and mandates are shown, never edited here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.inlines import LabelledInline
from apps.kernel.lists import joined
from apps.kernel.parties import second_factor
from apps.kernel.parties.identifiers import masked
from apps.kernel.parties.models import (
    Mandate,
    MandateEvent,
    Membership,
    Office,
    Organisation,
    Party,
    Person,
    User,
)
from apps.kernel.readonly import ReadOnly

# The administration has no password page of its own: the portal's sign-in asks the second factor too.
admin.site.login = secure_admin_login(admin.site.login)


class MembershipInline(LabelledInline):
    model = Membership


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Users with their posts; who has a live post must use a second factor."""

    list_display = ["username", "display_name", "offices", "is_staff", "is_active", "last_login"]
    search_fields = ["username", "display_name", "email"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password", "display_name", "email"]}),
        (_("显示与语言"), {"fields": ["language", "text_size", "high_contrast"]}),
        (_("权限"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("时间"), {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["forget_second_factor"]

    @admin.action(description=_("清除第二重验证（丢失后由本人重新设置）"), permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            try:
                second_factor.forget(user, request.actor)
            except (ValidationError, PermissionDenied) as error:
                why = error.messages[0] if isinstance(error, ValidationError) else str(error)
                self.message_user(request, why, messages.ERROR)
            else:
                self.message_user(request, gettext("%(user)s：已清除。") % {"user": user}, messages.SUCCESS)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("memberships__office")

    @admin.display(description=_("任职单位"))
    def offices(self, user: User) -> str:
        return joined(dict.fromkeys(post.office.name for post in user.memberships.all()))


class ChildOffices(ReadOnly, admin.TabularInline):
    model = Office
    fk_name = "parent"
    fields = ["code", "name", "kind", "district", "active"]
    show_change_link = True
    verbose_name_plural = _("下级单位")


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):
    """Offices by their place in the tree: a district bureau lists its tax offices."""

    list_display = ["name", "code", "kind", "parent", "district", "phone", "active"]
    list_filter = ["kind", "active"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]

    def get_inlines(self, request: HttpRequest, obj: Office | None) -> list:
        return [ChildOffices] if obj else []  # a new office has nobody below it yet


class PersonInline(ReadOnly, admin.StackedInline):
    model = Person
    fields = ["id_number", "birth_date", "sex", "user"]


class OrganisationInline(ReadOnly, admin.StackedInline):
    model = Organisation
    fields = ["uscc", "form", "industry", "vat_kind", "location", "address", "bank_account"]


class OfKind(admin.SimpleListFilter):
    """Natural persons or organisations."""

    title = _("类别")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [(kind.value, str(kind.label)) for kind in Party.Kind]

    def queryset(self, request: HttpRequest, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Party)
class PartyAdmin(ReadOnly, admin.ModelAdmin):
    """Taxpayers and payers; opening one is recorded as a read of personal data."""

    list_display = ["ref", "name", "kind", "number", "office", "district", "active"]
    list_filter = [OfKind, "active"]
    list_select_related = ["office", "person", "organisation"]
    search_fields = ["ref", "name", "organisation__uscc"]
    show_full_result_count = False

    @admin.display(description=_("证件号码"))
    def number(self, party: Party) -> str:
        try:
            return party.organisation.uscc if party.kind == Party.Kind.ORGANISATION else masked(party.person.id_number)
        except ObjectDoesNotExist:
            return ""

    def get_inlines(self, request: HttpRequest, obj: Party | None) -> list:
        return [OrganisationInline if obj and obj.kind == Party.Kind.ORGANISATION else PersonInline]

    def change_view(self, request: HttpRequest, object_id: str, *args, **kwargs) -> HttpResponse:
        response = super().change_view(request, object_id, *args, **kwargs)
        if response.status_code == 200:
            log.read(actor=request.actor, party_id=int(object_id), what="admin", purpose=Purpose.ADMINISTRATION)
        return response


class MandateHistory(ReadOnly, admin.TabularInline):
    model = MandateEvent
    fields = ["action", "by", "at", "reason"]
    verbose_name_plural = _("授权历史")


@admin.register(Mandate)
class MandateAdmin(ReadOnly, admin.ModelAdmin):
    """Mandates and their history; both sides change them on their own pages."""

    list_display = ["ref", "principal", "agent", "kind", "state", "valid_from", "valid_to"]
    list_filter = ["kind", "state"]
    list_select_related = ["principal", "agent"]
    search_fields = ["ref", "principal__name", "agent__name"]
    inlines = [MandateHistory]
    show_full_result_count = False


class PartnerClientAdmin(admin.ModelAdmin):
    """Partner systems: office, service user and the scopes granted. Registered by django-oauth-toolkit."""

    list_display = ["name", "client_id", "office", "user", "scopes"]
    list_filter = ["office"]
    list_select_related = ["office", "user"]
    search_fields = ["name", "client_id"]
    raw_id_fields = ["user"]
    fields = [
        "name",
        "client_id",
        "client_secret",
        "office",
        "user",
        "scopes_allowed",
        "client_type",
        "authorization_grant_type",
    ]

    @admin.display(description=_("授权范围"))
    def scopes(self, client) -> str:
        return " ".join(client.scopes_allowed)
