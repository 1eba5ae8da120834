#!/usr/bin/env python3
"""A WHIP endpoint of aiortc's (RFC 9725): takes one publisher at a time, decodes what it sends, and tells of it.

whip_endpoint.py [--token T] [--status 429[,SECONDS]] [--only-from ADDRESS] prints the port that it listens at, a line of JSON for each session that
ended, and goes on. With --status the first offer is answered by that status; with --only-from media of other addresses is
lost. POST /redirect is answered by 307.
"""
import argparse
import asyncio
import json
import sys
import time

import firewall
from aiohttp import web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

arguments = argparse.ArgumentParser()
arguments.add_argument("--token")
arguments.add_argument("--status")
arguments.add_argument("--host", default="127.0.0.1")
arguments.add_argument("--only-from")
options = arguments.parse_args()
if options.only_from:
    firewall.allow_only(options.only_from)
sessions = {}


class Session:
    def __init__(self):
        self.connection = RTCPeerConnection()
        self.tracks = {}
        self.tasks = []
        self.end = "none"

    def take(self, track):
        counts = {"frames": 0, "size": None, "first": None, "last": None, "arrivals": []}
        self.tracks[track.kind] = counts
        self.tasks.append(asyncio.ensure_future(self.read(track, counts)))

    async def read(self, track, counts):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            counts["frames"] += 1
            time_of_frame = float(frame.pts * frame.time_base)
            if counts["first"] is None:
                counts["first"] = time_of_frame
            counts["last"] = time_of_frame
            if track.kind == "video":
                counts["size"] = [frame.width, frame.height]

    async def stop(self, end):
        if self.end != "none":
            return
        self.end = end
        # What is decoded already is counted.
        await asyncio.sleep(0.3)
        codecs = {}
        for transceiver in self.connection.getTransceivers():
            names = [codec.mimeType for codec in transceiver._codecs if "rtx" not in codec.mimeType]
            codecs[transceiver.kind] = names
        await self.connection.close()
        for counts in self.tracks.values():
            del counts["arrivals"]
        print(json.dumps({"end": end, "tracks": self.tracks, "codecs": codecs}), flush=True)


def is_allowed(request):
    return not options.token or request.headers.get("Authorization") == f"Bearer {options.token}"


async def offer(request):
    if not is_allowed(request):
        return web.Response(status=401)
    if options.status:
        status, _, after = options.status.partition(",")
        options.status = None
        return web.Response(status=int(status), headers={"Retry-After": after} if after else {})
    if request.content_type != "application/sdp":
        return web.Response(status=415)
    session = Session()
    session.connection.on("track", session.take)

    @session.connection.on("connectionstatechange")
    async def changed():
        print(f"{time.monotonic():.3f} {session.connection.connectionState}", file=sys.stderr, flush=True)
        if session.connection.connectionState in ("failed", "closed"):
            await session.stop("connection")

    await session.connection.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
    await session.connection.setLocalDescription(await session.connection.createAnswer())
    name = str(len(sessions) + 1)
    sessions[name] = session
    return web.Response(
        status=201,
        content_type="application/sdp",
        text=session.connection.localDescription.sdp,
        headers={"Location": f"/whip/{name}"},
    )


async def delete(request):
    if not is_allowed(request):
        return web.Response(status=401)
    session = sessions.get(request.match_info["name"])
    if session is None:
        return web.Response(status=404)
    asyncio.ensure_future(session.stop("delete"))
    return web.Response()


async def redirect(_):
    return web.Response(status=307, headers={"Location": "/whip"})


async def main():
    app = web.Application()
    app.router.add_post("/whip", offer)
    app.router.add_delete("/whip/{name}", delete)
    app.router.add_post("/redirect", redirect)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, options.host, 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
