"""A TCP proxy on loopback that damages a share of its connections."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from threading import Thread

FAULTS = ("cut", "reset", "garbled", "delayed", "silent")
"""`cut`: closed in the middle; `silent`: kept open, and nothing more comes through."""
_LONGEST_DELAY_S = 1.0
_REACH = 500
"""The damage is done within so many bytes of one direction."""


@dataclass
class Proxy:
    """Hands connections on to a port. `share` of them are damaged, somewhere on the way."""

    target: int
    random: Random
    share: float = 1 / 3
    counts: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve in a thread; answers the address."""
        loop = asyncio.new_event_loop()
        ended = asyncio.Event()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = Thread(target=lambda: loop.run_until_complete(self._serve(listener, ended)))
            thread.start()
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                loop.call_soon_threadsafe(ended.set)
                thread.join()
        loop.close()

    async def _serve(self, listener: socket.socket, ended: asyncio.Event) -> None:
        server = await asyncio.start_server(self._connected, sock=listener)
        await ended.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both directions of one connection; in one of them something may happen."""
        fault = self.random.choice(FAULTS) if self.random.random() < self.share else ""
        towards_office = self.random.random() < 0.5
        try:
            office_reader, office_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()  # nobody is there: the office is being started again
            return
        self.counts["connections"] += 1
        ways = [
            (reader, office_writer, towards_office),
            (office_reader, writer, not towards_office),
        ]
        pumps = [
            asyncio.ensure_future(self._pump(source, sink, fault if damaged else ""))
            for source, sink, damaged in ways
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, office_writer):
                end.close()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, fault: str
    ) -> None:
        """Carry bytes one way until the end, or until the fault has ended it."""
        left = self.random.randrange(_REACH)
        with suppress(ConnectionError):
            while data := await source.read(16_384):
                if fault and left < len(data):
                    self.counts[fault] += 1
                    data, goes_on = await self._damage(fault, data, left, sink)
                    fault = ""
                    if not goes_on:
                        sink.write(data)
                        await sink.drain()
                        return
                left -= len(data)
                sink.write(data)
                await sink.drain()

    async def _damage(
        self, fault: str, data: bytes, at: int, sink: asyncio.StreamWriter
    ) -> tuple[bytes, bool]:
        """What is handed on of the data, and whether the connection goes on."""
        if fault == "garbled":
            return data[:at] + bytes([data[at] ^ (1 << self.random.randrange(8))]) + data[
                at + 1 :
            ], True
        if fault == "delayed":
            await asyncio.sleep(self.random.random() * _LONGEST_DELAY_S)
            return data, True
        if fault == "silent":
            sink.write(data[:at])
            await sink.drain()
            await asyncio.sleep(60)
        if fault == "reset":
            linger = struct.pack("ii", 1, 0)
            sink.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return data[:at], False
