#!/usr/bin/env python3
"""Stands between a WHIP publisher and its endpoint and loses datagrams:
lossy_proxy.py PORT-OF-ENDPOINT LOSS DELAY-IN-SECONDS [BITS-A-SECOND QUEUE-IN-SECONDS]

It prints its port, and at the end a line: how many datagrams of the publisher passed, how many were lost, and the longest time in seconds
that one has waited in the queue. Offers and answers get its own addresses as candidates, so that all media goes through it. Each way loses this
share of the datagrams, always the same ones of the same traffic, and is late by this delay. With a rate, what the publisher sends goes
through a bottleneck: it waits in a queue until it is its turn, and is lost if the queue is full.
"""
import asyncio
import random
import re
import sys

from aiohttp import ClientSession, web

endpoint, loss, delay = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
rate, queue = (float(word) for word in sys.argv[4:6]) if len(sys.argv) > 4 else (None, None)
chance = random.Random(7)
CANDIDATE = re.compile(r"^(a=candidate:\S+ 1 udp \d+ )(127\.0\.0\.1) (\d+)( typ host.*)$", re.MULTILINE | re.IGNORECASE)


class Side(asyncio.DatagramProtocol):
    """The socket that one side takes for the other; `to` is where it sends what the other side's socket gets."""

    def __init__(self):
        self.other, self.to, self.transport = None, None, None
        self.passed = self.lost = 0
        # Bits a second, until when it is busy with what came before, and the longest wait.
        self.rate, self.busy_until, self.longest = None, 0.0, 0.0

    def connection_made(self, transport):
        self.transport = transport

    @property
    def port(self):
        return self.transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, source):
        self.to = source
        wait = self.wait(len(data))
        if chance.random() < loss or wait is None:
            self.lost += 1
            return
        self.passed += 1
        asyncio.get_running_loop().call_later(delay + wait, self.pass_on, data)

    def wait(self, length):
        """How long a datagram of this length takes to get through the bottleneck; None if it does not."""
        if self.rate is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        wait = max(self.busy_until - now, 0.0)
        if wait > queue:
            return None
        self.longest = max(self.longest, wait)
        # With the headers of IP and UDP.
        self.busy_until = now + wait + (length + 28) * 8 / self.rate
        return self.busy_until - now

    def pass_on(self, data):
        if self.other.to:
            self.other.transport.sendto(data, self.other.to)


def redirected(sdp, side):
    """The description with the port of the proxy, and its own address noted."""
    found = CANDIDATE.search(sdp)
    side.other.to = ("127.0.0.1", int(found[3]))
    first = CANDIDATE.sub(lambda match: f"{match[1]}127.0.0.1 {side.port}{match[4]}", sdp)
    return re.sub(r"^a=candidate:(?!.* 127\.0\.0\.1 ).*\r?\n", "", first, flags=re.MULTILINE)


async def main():
    loop = asyncio.get_running_loop()
    sides = []
    for _ in range(2):
        _, side = await loop.create_datagram_endpoint(Side, local_addr=("127.0.0.1", 0))
        sides.append(side)
    for_publisher, for_endpoint = sides
    for_publisher.rate = rate
    for_publisher.other, for_endpoint.other = for_endpoint, for_publisher

    async def forward(request):
        body = await request.text()
        if request.method == "POST":
            body = redirected(body, for_endpoint)
        headers = {name: value for name, value in request.headers.items() if name in ("Authorization", "Content-Type")}
        url = f"http://127.0.0.1:{endpoint}{request.path_qs}"
        async with ClientSession() as http, http.request(request.method, url, data=body, headers=headers) as response:
            text = await response.text()
            if response.status == 201:
                text = redirected(text, for_publisher)
            if request.method == "DELETE":
                print(for_publisher.passed, for_publisher.lost, round(for_publisher.longest, 3), flush=True)
            passed = {name: value for name, value in response.headers.items() if name in ("Location", "Retry-After")}
            return web.Response(
                status=response.status, text=text, content_type=response.content_type or "text/plain", headers=passed
            )

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
