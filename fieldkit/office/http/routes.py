"""The HTTP routes of the office.

Every route but `/health` needs a token, or what gives one: the one-time code of an enrolment, the
key of an enrolled device.
"""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from fieldkit import __version__
from fieldkit.office.devices.authentication import Body, Here, Reads, Route, Signature, Signs
from fieldkit.office.devices.enrol import enrol as enrol_device
from fieldkit.office.devices.enrol import new_token
from fieldkit.office.devices.renewal import renew
from fieldkit.office.errors import Denied
from fieldkit.office.exchange import attachments, feed, refill
from fieldkit.office.exchange.intake import accept
from fieldkit.office.http.reply_signing import Envelope, refusal
from fieldkit.office.office import Office
from fieldkit.office.publishing import catalogue, packs
from fieldkit.office.tables import office as office_row
from fieldkit.sync.protocol.credentials import (
    EnrolAnswer,
    EnrolAsk,
    NewToken,
    Nothing,
    RenewAsk,
    Renewed,
)
from fieldkit.sync.protocol.messages import (
    LENGTH_HEADER,
    MAX_ATTACHMENT_BYTES,
    OFFSET_HEADER,
    PRINTED,
    PROTOCOL,
    SHA256,
    Batch,
    CatalogueFile,
    FeedPage,
    Held,
    Message,
    PackFile,
    PackIndex,
    Receipt,
    Refill,
    Refilled,
    Refusal,
    Stored,
    SyncAnswer,
    SyncAsk,
    Wants,
)

_Digest = Annotated[str, Path(pattern=SHA256)]
_IfNoneMatch = Annotated[str, Header(alias="If-None-Match", max_length=128)]
_REFUSING = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status.value: {"model": Refusal} for status in _REFUSING
}


_routes = APIRouter(route_class=Route)
_attachments = APIRouter(prefix="/v1/attachments")
_packs = APIRouter(prefix="/v1/packs")


@_routes.get("/health")
def _health(here: Here) -> dict[str, str]:
    """Answer if the office can read its database."""
    with here.db.reading() as conn:
        conn.execute(select(office_row.c.id)).one()
    return {"status": "ok"}


@_routes.post("/v1/enrol")
def _enrol(here: Here, ask: EnrolAsk, body: Body, signature: Signature = "") -> EnrolAnswer:
    """Enrol a device with a one-time code."""
    return enrol_device(here, ask, body, signature)


@_routes.post("/v1/sync")
def _sync(here: Here, who: Signs, ask: SyncAsk) -> SyncAnswer:
    """Compare the heads of both sides."""
    return feed.summary(here, who, ask)


@_routes.post("/v1/events")
def _events(here: Here, who: Signs, batch: Batch) -> Receipt:
    """Take a batch of events."""
    return accept(here, who, batch)


@_routes.get("/v1/feed")
def _feed_page(
    here: Here,
    who: Reads,
    cursor: Annotated[str, Query(max_length=200)] = "",
    epoch: Annotated[str, Query(max_length=64, pattern=PRINTED)] = "",
) -> FeedPage:
    """The events of the caller's records after a cursor."""
    return feed.page(here, who, cursor, epoch)


@_routes.post("/v1/token")
def _token(here: Here, who: Signs, ask: Nothing) -> NewToken:
    """A new token; the old one stays valid until this one is used."""
    return new_token(here, who)


@_routes.post("/v1/renew")
def _renew(here: Here, ask: RenewAsk, body: Body, signature: Signature = "") -> Renewed:
    """Store a new token of an enrolled device whose token the office does not know."""
    return renew(here, ask, body, signature)


@_routes.post("/v1/lacks")
def _lacks(here: Here, who: Signs, held: Held) -> Held:
    """Which of a laptop's events the office lacks."""
    return refill.lacking(here, held)


@_routes.post("/v1/refill")
def _refill(here: Here, who: Signs, message: Refill) -> Refilled:
    """Take events that a restored office lacks."""
    return refill.refill(here, who, message)


@_attachments.get("")
def _wanted(here: Here, who: Reads) -> Wants:
    """The attachments of this device that the office lacks."""
    with here.db.reading() as conn:
        return attachments.wants(conn, who.device_id)


@_attachments.head("/{sha256}", response_class=Response)
def _state(here: Here, who: Reads, sha256: _Digest) -> Response:
    """How much of an attachment the office has."""
    found = attachments.state(here, who, sha256)
    return Response(headers={OFFSET_HEADER: str(found.offset), LENGTH_HEADER: str(found.size)})


@_attachments.patch("/{sha256}")
def _take_part(
    here: Here,
    who: Signs,
    sha256: _Digest,
    body: Body,
    offset: Annotated[int, Header(alias=OFFSET_HEADER, ge=0, le=MAX_ATTACHMENT_BYTES)],
    size: Annotated[int, Header(alias=LENGTH_HEADER, ge=0)],
) -> Stored:
    """Take a part of an attachment."""
    return attachments.take_part(here, who, sha256, offset, size, body)


@_attachments.get("/{sha256}", response_class=Response)
def _read_part(
    here: Here,
    who: Reads,
    sha256: _Digest,
    offset: Annotated[int, Query(ge=0, le=MAX_ATTACHMENT_BYTES)] = 0,
) -> Response:
    """A part of an attachment; empty at its end."""
    data = attachments.read_part(here, who, sha256, offset)
    return Response(data, media_type="application/octet-stream")


@_packs.get("", response_model=PackIndex)
def _pack_index(here: Here, who: Reads, known: _IfNoneMatch = "") -> Response:
    """The keys that may sign rule packs, and the published packs."""
    return _tagged(*packs.index(here), known)


@_packs.get("/{sha256}", response_model=PackFile)
def _pack_file(here: Here, who: Reads, sha256: _Digest, known: _IfNoneMatch = "") -> Response:
    """A signed rule pack."""
    return _tagged(*packs.file(here, sha256), known)


@_routes.get("/v1/catalogue", response_model=CatalogueFile)
def _catalogue_file(here: Here, who: Reads, known: _IfNoneMatch = "") -> Response:
    """The catalogue: models, parts with prices, faults, lists."""
    return _tagged(*catalogue.file(here), known)


def _tagged(answer: Message, tag: str, known: str) -> Response:
    """The answer with its ETag; `NOT_MODIFIED` without a body for who has it already."""
    headers = {"ETag": f'"{tag}"'}
    if known == headers["ETag"]:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(answer.model_dump_json(), media_type="application/json", headers=headers)


def build_app(office: Office) -> FastAPI:
    """The HTTP application of an open office."""
    app = FastAPI(
        title="fieldkit office", version=__version__, openapi_url=None, responses=_REFUSALS
    )
    app.state.office = office
    app.add_middleware(Envelope, signing=office.keys.sign)
    _explain_errors(app)

    app.include_router(_routes)
    app.include_router(_attachments)
    app.include_router(_packs)
    return app


def _explain_errors(app: FastAPI) -> None:
    """Answer every error with a `Refusal` that repeats nothing of what was sent."""

    @app.exception_handler(Denied)
    def denied(request: Request, error: Denied) -> JSONResponse:
        return refusal(error.status, error.reason, **error.values)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_request")

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return refusal(HTTPStatus.NOT_FOUND, "other_version", oldest=PROTOCOL, newest=PROTOCOL)
        return refusal(error.status_code, "bad_request")

    @app.exception_handler(OperationalError)
    def busy(request: Request, error: OperationalError) -> JSONResponse:
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
