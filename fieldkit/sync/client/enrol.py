"""The laptop introduces itself to an office with a one-time code."""

from http import HTTPStatus

from pydantic import ValidationError

from fieldkit.domain.core.base_model import Model
from fieldkit.domain.core.event import Role
from fieldkit.store.records.exchange import Exchange
from fieldkit.sync.client.signed_channel import new_nonce, signed_body, verified_answer
from fieldkit.sync.client.transport import Reply, Request, Transport
from fieldkit.sync.errors import OfficeRefused, Retryable, SyncFault
from fieldkit.sync.protocol import keys
from fieldkit.sync.protocol.credentials import EnrolAnswer, EnrolAsk, read_code
from fieldkit.sync.protocol.messages import (
    NONCE_HEADER,
    Refusal,
)


class Identity(Model):
    """What a laptop keeps of its enrolment. Keys are base64url; `sign` and `seal` private.

    `office_key` checks the office's answers, `office_seal` seals files for it, `pack_keys`
    may sign packs, `approval_key` checks telephone approvals of an office that keeps no codes.
    """

    url: str
    person: str
    role: Role
    area: str
    token: str
    sign: str
    seal: str
    root: str
    office_key: str
    office_seal: str
    pack_keys: list[str]
    approval_key: str


def load_identity(exchange: Exchange) -> Identity:
    """What enrolment gave. Raises `SyncFault` before it."""
    values = exchange.device.identity()
    if not values:
        raise SyncFault("not_enrolled")
    return Identity.model_validate(values)


def enrol(
    exchange: Exchange, transport: Transport, code: str, url: str, label: str = ""
) -> Identity:
    """Introduce this laptop to the office at `url`, and keep what it answers.

    `label` is what the office calls the laptop beside its id. A laptop that is enrolled again
    keeps its keys. Raises `SyncFault`: the code is wrong, used or too old, the answer is not
    of the office that the code came from.
    """
    secret, fingerprint = read_code(code)
    signing, sealing = _device_keys(exchange)
    ask = EnrolAsk(
        secret=secret,
        device=exchange.device.read()["id"],
        sign=keys.b64(keys.signing_public(signing)),
        seal=keys.b64(keys.sealing_public(sealing)),
        label=label,
    )
    answer = _ask(transport, ask, signing, fingerprint)
    identity = Identity(
        url=url,
        person=answer.person,
        role=answer.role,
        area=answer.area,
        token=answer.token,
        sign=keys.b64(signing),
        seal=keys.b64(sealing),
        root=answer.root,
        office_key=answer.credentials.sign,
        office_seal=answer.credentials.seal,
        pack_keys=answer.credentials.packs,
        approval_key=answer.approval_key,
    )
    if exchange.device.identity().get("root") != identity.root:
        exchange.phone_codes.drop()
    exchange.device.save_identity(identity.model_dump(mode="json"))
    exchange.device.note_people(answer.people)
    return identity


def _device_keys(exchange: Exchange) -> tuple[bytes, bytes]:
    """The device's private keys for signing and sealing: the ones that it has, or new ones."""
    if exchange.device.identity():
        known = load_identity(exchange)
        return keys.unb64(known.sign), keys.unb64(known.seal)
    return keys.new_signing_key(), keys.new_sealing_key()


def _ask(transport: Transport, ask: EnrolAsk, signing: bytes, fingerprint: bytes) -> EnrolAnswer:
    """Send it once more if the answer got lost: the office knows a repeat by the key."""
    nonce = new_nonce()
    body, headers = signed_body(ask, signing)
    request = Request("POST", "/v1/enrol", {**headers, NONCE_HEADER: nonce}, body)
    try:
        reply = transport(request)
    except Retryable:
        reply = transport(request)
    return _trusted(reply, nonce, fingerprint)


def _trusted(reply: Reply, nonce: str, fingerprint: bytes) -> EnrolAnswer:
    """The answer, if the root key of the code's fingerprint stands behind it.

    A refusal cannot be checked before the office's key is known; it is only shown.
    """
    if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise _refusal(reply)
    try:
        answer = EnrolAnswer.model_validate_json(reply.body)
        root = keys.unb64(answer.root)
        office_key = keys.unb64(answer.credentials.sign)
    except ValueError as error:
        raise Retryable("not_office", status=reply.status) from error
    stated = answer.credentials.signed_bytes()
    if keys.fingerprint(root) != fingerprint or not keys.verify(
        root, "credentials", stated, answer.root_signature
    ):
        raise SyncFault("wrong_office")
    return verified_answer(reply, nonce, office_key, EnrolAnswer)


def _refusal(reply: Reply) -> SyncFault:
    try:
        refusal = Refusal.model_validate_json(reply.body)
    except ValidationError:
        return Retryable("not_office", status=reply.status)
    return OfficeRefused(refusal.error, **refusal.params)
