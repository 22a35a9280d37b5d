"""Forms of sign-in, registration and mandates."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.parties import delegable, identifiers, mandates, registration
from apps.kernel.parties.models import Mandate, Party, User, phone_number

# --- sign-in and security ----------------------------------------------------------------------


class PlainMixin:
    """Labels in our words above the fields, and no placeholders."""

    fields: dict[str, Any]  # of the form it is mixed into
    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class SignInForm(PlainMixin, account.LoginForm):
    """User name and password, posted as ``username`` and ``password``."""

    labels = {"login": gettext_lazy("用户名"), "password": gettext_lazy("密码")}
    hints = {"password": ""}

    def add_prefix(self, field_name: str) -> str:
        """allauth calls the field ``login``; password managers and people know it as ``username``."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class PasswordAgainForm(PlainMixin, account.ReauthenticateForm):
    """The password once more before a sensitive change."""

    labels = {"password": gettext_lazy("密码")}


class ChangePasswordForm(PlainMixin, account.ChangePasswordForm):
    """A new password in place of the old."""

    labels = {
        "oldpassword": gettext_lazy("当前密码"),
        "password1": gettext_lazy("新密码"),
        "password2": gettext_lazy("再输入一次新密码"),
    }
    hints = {"oldpassword": ""}


class SetPasswordForm(PlainMixin, account.SetPasswordForm):
    """A first password for somebody who came from 一网通办."""

    labels = {"password1": gettext_lazy("新密码"), "password2": gettext_lazy("再输入一次新密码")}


class ForgottenPasswordForm(PlainMixin, account.ResetPasswordForm):
    """The address to which a link to a new password is sent."""

    labels = {"email": gettext_lazy("电子邮箱")}


class NewPasswordForm(PlainMixin, account.ResetPasswordKeyForm):
    """The new password behind the link."""

    labels = {"password1": gettext_lazy("新密码"), "password2": gettext_lazy("再输入一次新密码")}


class CodeMixin(PlainMixin):
    """A one-time code is digits: the right keyboard on a phone."""

    labels = {"code": gettext_lazy("验证码")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}


class SecondFactorForm(CodeMixin, mfa.AuthenticateForm):
    """The code of the authenticator app, or a recovery code, at sign-in."""

    hints = {"code": gettext_lazy("身份验证器应用显示的 6 位数字，或者一个 8 位恢复码")}


class SecondFactorAgainForm(CodeMixin, mfa.ReauthenticateForm):
    """The code once more before a sensitive change."""

    hints = SecondFactorForm.hints


class ActivateAppForm(CodeMixin, totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    hints = {"code": gettext_lazy("扫码后应用显示的 6 位数字")}


class AddKeyForm(PlainMixin, webauthn.AddWebAuthnForm):
    """A new security key, with a name to know it by."""

    labels = {"name": gettext_lazy("名称")}
    hints = {"name": gettext_lazy("例如：办公室的安全密钥")}


class EditKeyForm(PlainMixin, webauthn.EditWebAuthnForm):
    """Another name for a security key."""

    labels = {"name": gettext_lazy("名称")}


class RegistrationForm(PlainMixin, account.SignupForm):
    """Real-name registration (实名注册) of a natural person."""

    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=60,
        help_text=gettext_lazy("与身份证件一致"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label=gettext_lazy("身份证号码"),
        max_length=30,
        help_text=gettext_lazy("18 位；港澳台居民居住证、外国人永久居留身份证同样可用"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        max_length=20,
        validators=[phone_number],
        help_text=gettext_lazy("用于接收办理进度"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    field_order = ["name", "id_number", "phone", "username", "password1", "password2"]
    labels = {
        "username": gettext_lazy("用户名"),
        "password1": gettext_lazy("密码"),
        "password2": gettext_lazy("再输入一次密码"),
    }
    hints = {
        "username": gettext_lazy("今后登录用，可含字母、数字和 @ . + - _"),
        "password1": gettext_lazy("至少 8 个字符，不能只有数字，也不要用常见密码"),
    }

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()

    def clean_id_number(self) -> str:
        return identifiers.clean_identity_number(self.cleaned_data["id_number"])

    def try_save(self, request: HttpRequest) -> tuple[User, None]:
        """Hand the answers to the use case instead of allauth's own saving."""
        answers = self.cleaned_data
        user = registration.register(
            name=answers["name"],
            id_number=answers["id_number"],
            phone=answers["phone"],
            username=answers["username"],
            password=answers["password1"],
        )
        return user, None


# --- mandates ----------------------------------------------------------------------------------


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class InvitationForm(forms.Form):
    """Whom to invite, as what, for what and how long."""

    fields: dict[str, Any]  # some of them with choices

    kind = forms.ChoiceField(label=gettext_lazy("对方的身份"), widget=forms.RadioSelect)
    agent_name = forms.CharField(
        label=gettext_lazy("对方的姓名或者机构名称"), max_length=120, help_text=gettext_lazy("与证件一致的全称")
    )
    agent_number = forms.CharField(
        label=gettext_lazy("对方的证件号码"),
        max_length=30,
        help_text=gettext_lazy("个人填写身份证号码，机构填写统一社会信用代码"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("可办事项"),
        required=False,
        help_text=gettext_lazy("不选表示全部事项"),
        widget=forms.CheckboxSelectMultiple,
    )
    levies = forms.MultipleChoiceField(
        label=gettext_lazy("税费种"),
        required=False,
        help_text=gettext_lazy("不选表示全部税费种"),
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = forms.DateField(label=gettext_lazy("开始日期"), required=False, widget=DateInput)
    valid_to = forms.DateField(
        label=gettext_lazy("结束日期"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("不填表示长期有效，可以随时撤销"),
    )

    def __init__(self, *args, principal: Party, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.principal = principal
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in mandates.INVITED_BY[principal.kind]]
        for name, known in (("matters", delegable.MATTERS), ("levies", delegable.LEVIES)):
            self.fields[name].choices = list(known.items())
            if not known:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Find the agent, so that the check page shows who it is."""
        super().clean()
        answers = self.cleaned_data
        if {"agent_name", "agent_number"} <= answers.keys():
            try:
                self.agent = mandates.find_agent(number=answers["agent_number"], name=answers["agent_name"])
            except ValidationError as error:
                self.add_error(None, error)
        start, end = answers.get("valid_from"), answers.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("结束日期不能早于开始日期。"))
        return answers

    def invite(self, actor) -> Mandate:
        """Open the use case's door with these answers."""
        answers = self.cleaned_data
        return mandates.invite(
            self.principal,
            self.agent,
            answers["kind"],
            actor=actor,
            matters=answers.get("matters", ()),
            levies=answers.get("levies", ()),
            valid_from=answers["valid_from"],
            valid_to=answers["valid_to"],
        )


class RevokeForm(forms.Form):
    """Why a mandate ends; both sides read it."""

    reason = forms.CharField(
        label=gettext_lazy("撤销原因"), max_length=200, help_text=gettext_lazy("双方都能看到，例如：人员离职")
    )


class PaperForm(forms.Form):
    """The paper that proves a guardian."""

    paper = forms.CharField(
        label=gettext_lazy("证明材料名称和编号"),
        max_length=200,
        help_text=gettext_lazy("例如：人民法院判决书、居民委员会指定监护证明的编号"),
    )
