"""The office over HTTP. Nothing but `/health` and the one-time code works without a token."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from fieldkit import __version__
from fieldkit.office import feed
from fieldkit.office.db import office as office_row
from fieldkit.office.enrol import Caller, authenticate
from fieldkit.office.enrol import enrol as enrol_device
from fieldkit.office.envelope import Envelope
from fieldkit.office.errors import Denied
from fieldkit.office.intake import accept
from fieldkit.office.office import Office
from fieldkit.sync import keys
from fieldkit.sync.protocol import (
    SIGNATURE_HEADER,
    Batch,
    EnrolAnswer,
    EnrolAsk,
    FeedPage,
    Receipt,
    Refusal,
    SyncAnswer,
    SyncAsk,
)

_bearer = HTTPBearer(auto_error=False, description="The token that enrolment gave.")
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_Signature = Annotated[str, Header(alias=SIGNATURE_HEADER, max_length=128)]
_REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 401, 403, 409, 413, 422, 503)
}


async def _body(request: Request) -> bytes:
    return await request.body()


_Body = Annotated[bytes, Depends(_body)]


def build_app(office: Office) -> FastAPI:
    """The HTTP application of an open office."""
    app = FastAPI(
        title="fieldkit office", version=__version__, openapi_url=None, responses=_REFUSALS
    )
    app.add_middleware(Envelope, signing=office.keys.sign)
    _explain_errors(app)

    def caller(credentials: _Credentials) -> Caller:
        return authenticate(office, credentials.credentials if credentials else "")

    def signer(who: Annotated[Caller, Depends(caller)], body: _Body, by: _Signature = "") -> Caller:
        if not keys.verify(who.sign_key, "request", body, by):
            raise Denied(401, "bad_signature")
        return who

    reads = Annotated[Caller, Depends(caller)]
    signs = Annotated[Caller, Depends(signer)]

    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether the office and its database are there."""
        with office.db.reading() as conn:
            conn.execute(select(office_row.c.id)).one()
        return {"status": "ok"}

    @app.post("/v1/enrol")
    def enrol(ask: EnrolAsk, body: _Body, signature: _Signature = "") -> EnrolAnswer:
        """Enrol a device with a one-time code."""
        return enrol_device(office, ask, body, signature)

    @app.post("/v1/sync")
    def sync(who: signs, ask: SyncAsk) -> SyncAnswer:
        """Compare what both sides have."""
        return feed.summary(office, who, ask)

    @app.post("/v1/events")
    def events(who: signs, batch: Batch) -> Receipt:
        """Take a batch of events."""
        return accept(office, who, batch)

    @app.get("/v1/feed")
    def feed_page(
        who: reads,
        cursor: Annotated[str, Query(max_length=200)] = "",
        epoch: Annotated[str, Query(max_length=64)] = "",
    ) -> FeedPage:
        """What concerns the caller, from a cursor on."""
        return feed.page(office, who, cursor, epoch)

    return app


def _explain_errors(app: FastAPI) -> None:
    """Every error is a `Refusal`, and none repeats what was sent."""

    def say(status: int, reason: str, values: dict[str, int | str] | None = None) -> JSONResponse:
        refusal = Refusal(error=reason, params=values or {})
        return JSONResponse(refusal.model_dump(mode="json"), status)

    @app.exception_handler(Denied)
    def denied(request: Request, error: Denied) -> JSONResponse:
        return say(error.status, error.reason, error.values)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return say(422, "bad_request")

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        return say(
            error.status_code, "other_version" if error.status_code == 404 else "bad_request"
        )

    @app.exception_handler(OperationalError)
    def busy(request: Request, error: OperationalError) -> JSONResponse:
        return say(503, "busy")
