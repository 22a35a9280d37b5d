"""What the provider tells a client about a person: the subject, and the claims of the scopes it asked for."""

from oauth2_provider.oauth2_validators import OAuth2Validator

from sandbox.identity.people import PEOPLE


class Claims(OAuth2Validator):
    """``profile`` gives the name, ``identity`` the verified identity number and telephone."""

    oidc_claim_scope = {
        **OAuth2Validator.oidc_claim_scope,
        "id_number": "identity",
        "phone_number": "identity",
    }

    def get_additional_claims(self) -> dict:
        return {
            "name": lambda request: PEOPLE[request.user.username].name,
            "id_number": lambda request: PEOPLE[request.user.username].id_number,
            "phone_number": lambda request: PEOPLE[request.user.username].phone_number,
        }
