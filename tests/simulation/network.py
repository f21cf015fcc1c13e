"""A network that loses, doubles, delays, reorders, cuts and forges, as the seed decides."""

import gzip
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from fieldkit.sync.client.transport import Reply, Request
from fieldkit.sync.errors import Retryable
from tests.simulation.office import Office
from tests.simulation.world import Killed, World

FAULTS = (
    "request lost",
    "request cut",
    "request torn",
    "request garbled",
    "request doubled",
    "request late",
    "reply lost",
    "reply torn",
    "reply garbled",
    "reply of another request",
    "portal",
    "forged receipt",
    "office killed before a commit",
    "office killed after its commits",
)
"""What may happen to a request. `torn` is cut, and a proxy hands on what came as the whole."""


@dataclass
class Network:
    """Between all laptops and the office. `bad` is how often something happens to a request;
    while it is `down`, nobody is there at the other end.

    `meanwhile` is called in the middle of every request: other people do something then.
    """

    world: World
    office: Office
    bad: float = 0.0
    down: bool = False
    meanwhile: Callable[[], None] = lambda: None
    late: list[Request] = field(default_factory=list)
    replies: deque[Reply] = field(default_factory=lambda: deque(maxlen=2))
    requests: int = 0

    def __call__(self, request: Request) -> Reply:
        """Carry one request. Raises `Retryable` when no reply comes back."""
        self.requests += 1
        self.world.wait(0.05)
        if self.down:
            raise Retryable("unreachable", cause="ConnectError")
        self.meanwhile()
        self.deliver_late(0.3)
        if not self.world.chance(self.bad):
            return self._deliver(request)
        fault = self.world.random.choice(FAULTS)
        self.world.tell(fault, counted=True)
        return self._damaged(fault, request)

    def deliver_late(self, chance: float) -> None:
        """Requests that were held up on the way may come now, in any order."""
        for request in self.world.random.sample(self.late, len(self.late)):
            if self.world.chance(chance):
                self.late.remove(request)
                self.office.handle(request)

    def _deliver(self, request: Request) -> Reply:
        reply = self.office.handle(request)
        assert reply is not None
        path = request.path.partition("?")[0]
        self.world.tell(f"{request.method} {path} {reply.status}")
        self.replies.append(reply)
        return reply

    def _deliver_spoilt(self, request: Request) -> Reply:
        """Where the damage lies decides by which words the office refuses it."""
        reply = self.office.handle(request)
        assert reply is not None
        return reply

    def _damaged(self, fault: str, request: Request) -> Reply:
        if fault.startswith("office killed"):
            return self._office_dies(fault, request)
        if fault.startswith("reply"):
            return self._damage_reply(fault, self._deliver(request))
        if fault == "request doubled":
            replies = [self._deliver(request), self._deliver(request)]
            return self.world.random.choice(replies)
        if fault == "request late":
            self.late.append(request)
        if fault == "request cut":
            self.office.handle(replace(request, body=self._cut(request.body)), cut=True)
        if fault == "request torn":
            return self._deliver_spoilt(replace(request, body=self._cut(request.body)))
        if fault == "request garbled":
            return self._deliver_spoilt(self._garbled(request))
        if fault == "portal":
            return Reply(200, {"content-type": "text/html"}, b"<html>Welcome to our hotel</html>")
        if fault == "forged receipt":
            return self._forge(request)
        raise Retryable("unreachable", cause="ReadTimeout")

    def _damage_reply(self, fault: str, reply: Reply) -> Reply:
        if fault == "reply torn":
            return replace(reply, body=self._cut(reply.body))
        if fault == "reply garbled":
            return replace(reply, body=self._garble(reply.body))
        if fault == "reply of another request":
            return self.replies[0]
        raise Retryable("unreachable", cause="RemoteProtocolError")

    def _office_dies(self, fault: str, request: Request) -> Reply:
        try:
            if fault == "office killed before a commit":
                self.office.die_at(self.world.random.randint(1, 6))
            self.office.handle(request)
        except Killed:
            self.world.tell("killed")
        self.office.restart()
        raise Retryable("unreachable", cause="RemoteProtocolError")

    def _forge(self, request: Request) -> Reply:
        """An answer that says yes to everything, by somebody without the office's key."""
        reply = self._deliver(request)
        try:
            said = json.loads(reply.body)
        except ValueError:
            return reply
        if "results" in said:
            for result in said["results"]:
                result |= {"status": "applied", "position": 9_999, "reason": ""}
        elif "count" in said.get("params", {}):
            said["params"]["count"] += 1
        return replace(reply, body=json.dumps(said).encode() + b" ")

    def _cut(self, body: bytes) -> bytes:
        return body[: int(len(body) * self.world.random.random())]

    def _garbled(self, request: Request) -> Request:
        """A changed byte of the text. In its packing it may lie where it says nothing."""
        if request.headers.get("Content-Encoding") != "gzip":
            return replace(request, body=self._garble(request.body))
        headers = {name: value for name, value in request.headers.items() if "Encod" not in name}
        return Request(
            request.method, request.path, headers, self._garble(gzip.decompress(request.body))
        )

    def _garble(self, body: bytes) -> bytes:
        if not body:
            return body
        at = int(len(body) * self.world.random.random())
        changed = body[at] ^ (1 << self.world.random.randrange(8))
        return body[:at] + bytes([changed]) + body[at + 1 :]
