"""The public calculation API: the kinds with their typed inputs, and one door per kind."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from apps.kernel.lists import joined
from apps.kernel.rules import schemas
from apps.kernel.rules.calculators import CALCULATORS, Calculator, calculate


class CalculationThrottle(AnonRateThrottle):
    """Generous to people and offices behind one address, an end to runaway loops."""

    scope = "calculations"
    rate = "3000/min"


class PublicView(APIView):
    """Open to everyone and asking nobody who they are, so no session or token can get in the way."""

    authentication_classes: list[type] = []
    permission_classes = [AllowAny]
    throttle_classes = [CalculationThrottle]
    parser_classes = [JSONParser]


class CalculationKindsView(PublicView):
    """Every kind of calculation with its inputs."""

    @extend_schema(
        operation_id="calculation_kinds", tags=["calculations"], responses=schemas.KINDS, summary="税费计算种类"
    )
    def get(self, _request: Request) -> Response:
        return Response({"results": [schemas.described(calculator) for calculator in CALCULATORS.values()]})


class _KindSchema(AutoSchema):
    """Documents a kind from the same input specification that checks it."""

    def get_operation_id(self) -> str:
        return f"calculate_{self.view.calculator.kind.replace('-', '_')}"

    def get_tags(self) -> list[str]:
        return ["calculations"]

    def get_summary(self) -> str:
        return str(self.view.calculator.title)

    def get_request_serializer(self) -> Any:
        return schemas.request(self.view.calculator)

    def get_response_serializers(self) -> Any:
        return {200: schemas.response(self.view.calculator), 400: schemas.ERRORS}


class CalculationView(PublicView):
    """One kind of calculation: inputs in, explained amounts out."""

    schema = _KindSchema()
    calculator: Calculator = None  # each route sets its own

    def post(self, request: Request) -> Response:
        try:
            given = request.data
        except RecursionError as error:
            raise ParseError(_("JSON 嵌套过深。")) from error
        return Response(schemas.outside(calculate(self.calculator.kind, given)))


class UnknownCalculationView(PublicView):
    """A kind that is not offered: say which are."""

    schema = None

    def post(self, _request: Request, kind: str) -> Response:
        raise NotFound(_("没有这种计算。可用：%(kinds)s。") % {"kinds": joined(CALCULATORS)})
