"""一网通办 single sign-on against a real OpenID provider process, over real HTTP."""

import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount

from apps.kernel.parties.models import Membership, Person
from ops import ports
from sandbox.identity.people import PASSWORD, PEOPLE
from tests import factories
from tests.processes import Sandbox, running

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
LOGIN = "/accounts/oidc/ywtb/login/"
CALLBACK = "/accounts/oidc/ywtb/login/callback/"


class Browser:
    """Follows the dance step by step, as a browser does, so that a test may step in between."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.http = httpx.Client(timeout=20)

    def start(self) -> str:
        """Press the button; the address at the provider the portal sends us to."""
        page = self.http.get(f"{self.portal}/accounts/login/").text
        answer = self.http.post(f"{self.portal}{LOGIN}", data={"csrfmiddlewaretoken": token(page)})
        return answer.headers["Location"]

    def at_provider(self, address: str, username: str) -> str:
        """Sign in there; the address back at the portal."""
        login = self.http.get(address, follow_redirects=True)
        data = {"csrfmiddlewaretoken": token(login.text), "username": username, "password": PASSWORD}
        data["next"] = re.search(r'name="next" value="([^"]*)"', login.text)[1].replace("&amp;", "&")
        answer = self.http.post(str(login.url), data=data)
        while not answer.headers["Location"].startswith(self.portal):
            answer = self.http.get(str(answer.url.join(answer.headers["Location"])))
        return answer.headers["Location"]

    def whole_dance(self, username: str) -> httpx.Response:
        """From the button to the first page inside."""
        return self.http.get(self.at_provider(self.start(), username))

    def inside(self) -> bool:
        """Whether the portal knows us."""
        return self.http.get(f"{self.portal}/profile/").status_code == 200


def token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def changed(address: str, **parameters: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | parameters
    return urlunsplit(parts._replace(query=urlencode(query)))


@pytest.fixture
def browser(portal):
    person = Browser(portal)
    yield person
    person.http.close()


# --- the whole way -------------------------------------------------------------------------------


def test_a_newcomer_becomes_a_person_and_comes_back_as_the_same(browser, identity_provider) -> None:
    sent_to = urlsplit(browser.start())
    asked = parse_qs(sent_to.query)
    assert f"{sent_to.scheme}://{sent_to.netloc}" == identity_provider.url
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert browser.whole_dance("newcomer").status_code == 302
    assert browser.inside()
    person = Person.objects.select_related("party", "user").get(id_number=PEOPLE["newcomer"].id_number)
    assert (person.party.name, person.party.phone) == ("林若溪", "13800010199")
    again = Browser(browser.portal)
    again.whole_dance("newcomer")
    assert again.inside()
    account = SocialAccount.objects.get()
    assert account.user == person.user
    assert account.extra_data == {}, "claims are used, not kept"


@pytest.mark.usefixtures("identity_provider")
def test_a_person_on_the_register_is_linked_by_the_asserted_number(browser) -> None:
    known = factories.citizen("周思远")
    Person.objects.filter(party=known.party).update(id_number=PEOPLE["citizen"].id_number)
    browser.whole_dance("citizen")
    assert browser.inside()
    assert SocialAccount.objects.get().user == known.user
    assert Person.objects.count() == 1


@pytest.mark.usefixtures("identity_provider")
def test_a_person_without_a_user_gets_one(browser) -> None:
    known = factories.citizen("周思远")
    Person.objects.filter(party=known.party).update(id_number=PEOPLE["citizen"].id_number, user=None)
    browser.whole_dance("citizen")
    assert browser.inside()
    linked = Person.objects.select_related("user").get()
    assert linked.user is not None
    assert not linked.user.has_usable_password()


# --- staff ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("identity_provider")
def test_staff_without_a_second_factor_cannot_come_in_this_way(browser) -> None:
    officer = factories.citizen("周思远")
    Person.objects.filter(party=officer.party).update(id_number=PEOPLE["citizen"].id_number)
    Membership.objects.create(user=officer.user, office=factories.tax_office(), role="clerk")
    answer = browser.whole_dance("citizen")
    assert answer.status_code == 401
    assert "还没有设置双重验证" in answer.text
    assert not browser.inside()


@pytest.mark.usefixtures("identity_provider")
def test_staff_with_a_second_factor_are_asked_for_it(browser) -> None:
    officer = factories.citizen("周思远")
    factories.second_factor(officer.user)
    Person.objects.filter(party=officer.party).update(id_number=PEOPLE["citizen"].id_number)
    Membership.objects.create(user=officer.user, office=factories.tax_office(), role="clerk")
    answer = browser.whole_dance("citizen")
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not browser.inside()


# --- what must not work --------------------------------------------------------------------------


def refused(answer: httpx.Response, browser: Browser) -> bool:
    assert answer.status_code == 401
    assert "登录没有成功" in answer.text
    return not browser.inside() and not SocialAccount.objects.exists()


@pytest.mark.usefixtures("identity_provider")
def test_an_answer_to_a_question_never_asked_is_refused(browser) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    assert refused(browser.http.get(changed(back, state="invented")), browser)


@pytest.mark.usefixtures("identity_provider")
def test_an_answer_meant_for_another_browser_is_refused(browser) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    victim = Browser(browser.portal)
    assert refused(victim.http.get(back), victim)


@pytest.mark.usefixtures("identity_provider")
def test_a_wrong_nonce_is_refused(browser) -> None:
    back = browser.at_provider(changed(browser.start(), nonce="of-another-sign-in"), "citizen")
    assert refused(browser.http.get(back), browser)


@pytest.mark.usefixtures("identity_provider")
def test_an_invented_code_is_refused(browser) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    assert refused(browser.http.get(changed(back, code="invented")), browser)


@pytest.mark.usefixtures("identity_provider")
def test_an_answer_is_good_once(browser) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    assert browser.http.get(back).status_code == 302
    assert browser.http.get(back).status_code == 401


@pytest.fixture
def impatient_provider(neighbourhood, addresses, transactional_db):
    port = neighbourhood.identity
    with running(
        *("identity", "sandbox.identity", "--port", port, "--code-lifetime", 1),
        at=neighbourhood,
        ready=lambda: ports.answers(port),
    ) as service:
        yield Sandbox(url=addresses["OIDC_ISSUER_URL"], secret="", service=service)


@pytest.mark.usefixtures("impatient_provider")
def test_an_expired_code_is_refused(browser) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    time.sleep(2)
    assert refused(browser.http.get(back), browser)


def test_refusing_at_the_provider_leads_back_with_a_word(browser, identity_provider) -> None:
    state = parse_qs(urlsplit(browser.start()).query)["state"][0]
    answer = browser.http.get(f"{browser.portal}{CALLBACK}?error=access_denied&state={state}", follow_redirects=True)
    assert answer.status_code == 200
    assert "登录已取消" in answer.text


# --- the provider is away ------------------------------------------------------------------------


def test_while_the_provider_is_away_the_page_says_so(browser) -> None:
    page = browser.http.get(f"{browser.portal}/accounts/login/").text
    answer = browser.http.post(f"{browser.portal}{LOGIN}", data={"csrfmiddlewaretoken": token(page)})
    assert answer.status_code == 401
    assert "暂时联系不上" in answer.text


def test_a_provider_that_goes_away_half_way_is_no_error_either(browser, identity_provider) -> None:
    back = browser.at_provider(browser.start(), "citizen")
    identity_provider.service.stop()
    answer = browser.http.get(back)
    assert answer.status_code == 401
    assert "暂时联系不上" in answer.text


def test_the_policy_lets_the_form_lead_to_the_provider_and_nowhere_else(browser, addresses) -> None:
    policy = browser.http.get(f"{browser.portal}/accounts/login/").headers["Content-Security-Policy"]
    form_action = next(part for part in policy.split(";") if part.strip().startswith("form-action")).split()
    assert addresses["OIDC_ISSUER_URL"] in form_action
    assert "*" not in form_action
