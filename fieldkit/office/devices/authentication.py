"""FastAPI dependencies of the routes: the office, the authenticated device, the body."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from json import JSONDecodeError
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic_core import from_json

from fieldkit.office.devices.enrol import Caller, authenticate
from fieldkit.office.errors import Denied
from fieldkit.office.office import Office
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.messages import SIGNATURE_HEADER

_bearer = HTTPBearer(auto_error=False, description="The token that enrolment gave.")


class Route(APIRoute):
    """A route whose JSON is parsed by pydantic: a batch of megabytes takes half the time."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of a request, with the request's `json` replaced."""
        handle = super().get_route_handler()

        async def read_by_pydantic(request: Request) -> Response:
            return await handle(_Request(request.scope, request.receive))

        return read_by_pydantic


class _Request(Request):
    async def json(self) -> Any:
        try:
            return from_json(await self.body())
        except ValueError as error:
            raise JSONDecodeError("no JSON", "", 0) from error


async def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


async def _body(request: Request) -> bytes:
    return await request.body()


Here = Annotated[Office, Depends(_office)]
"""The open office."""
Body = Annotated[bytes, Depends(_body)]
"""The body as it came, unpacked."""
Signature = Annotated[str, Header(alias=SIGNATURE_HEADER, max_length=128)]
"""The device's signature of the body."""


def _caller(
    office: Here, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    return authenticate(office, credentials.credentials if credentials else "")


Reads = Annotated[Caller, Depends(_caller)]
"""A device that has shown a valid token."""


def _signer(who: Reads, body: Body, by: Signature = "") -> Caller:
    if not keys.verify(who.sign_key, "request", body, by):
        raise Denied(HTTPStatus.UNAUTHORIZED, "bad_signature")
    return who


Signs = Annotated[Caller, Depends(_signer)]
"""A device that has shown a valid token and signed the body."""
