"""The door for other provinces (``POST /api/v1/regions/messages/``): signed, idempotent, all or nothing (Art 9)."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.services.regions import receiving, signatures

LARGEST = 256 * 1024


class Receipt(serializers.Serializer):
    """That a message was taken, and under which number."""

    reference = serializers.CharField()


class NotProved(APIException):
    """No known province signed this, or not within five minutes."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_detail = "The signature is missing, wrong or too old."


class TooLarge(APIException):
    """Messages have at most 256 KB."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "A message has at most 256 KB."


class Conflict(APIException):
    """Another content came under the same message id."""

    status_code = status.HTTP_409_CONFLICT


class Messages(APIView):
    """One message of another province; how to sign is written in docs/partner-systems.md."""

    authentication_classes = ()
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="region_message",
        request=OpenApiTypes.OBJECT,
        responses={
            200: Receipt,
            401: OpenApiResponse(description=NotProved.__doc__),
            409: OpenApiResponse(description=Conflict.__doc__),
        },
    )
    def post(self, request):
        body = request.body
        if len(body) > LARGEST:
            raise TooLarge
        try:
            region = receiving.prove(body, request.headers)
        except signatures.BadSignature as problem:
            log.denied("region.message", actor=Actor.system("regions"), target="region", reason=str(problem))
            raise NotProved from problem
        try:
            reference = receiving.take(body, region)
        except receiving.Conflict as error:
            raise Conflict(error.messages[0]) from error
        return Response(Receipt({"reference": reference}).data)
