"""The public check for other systems (``GET /api/v1/verify/<code>/``)."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.documents import checking


class VerificationOut(serializers.Serializer):
    """What the public check says of a document."""

    state = serializers.ChoiceField(choices=[checking.VALID, checking.REVOKED])
    kind = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    office = serializers.CharField()
    payer = serializers.CharField(help_text="Partly masked.")
    amount = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    sha256 = serializers.CharField(help_text="Digest of the PDF; empty while it is being written.")
    revoked_on = serializers.DateField(allow_null=True)
    revocation_reason = serializers.CharField()
    replacement = serializers.CharField(help_text="Number of the document issued instead.")


class VerifyView(APIView):
    """Check a document by its verification code; every unknown code gets the same 404."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [checking.CheckThrottle]

    @extend_schema(
        operation_id="verify",
        responses={200: VerificationOut, 404: OpenApiResponse(description="Unknown code.")},
        auth=[],
    )
    def get(self, request: Request, code: str) -> Response:
        answer = checking.check(code)
        if answer is None:
            raise NotFound
        return Response(VerificationOut(answer).data, headers={"Cache-Control": "no-store"})
