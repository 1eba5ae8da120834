#!/usr/bin/env python3
"""A WHEP endpoint of aiortc's (draft-ietf-wish-whep): plays a file to whoever asks.

whep_endpoint.py FILE [--token T] [--codec C] [--only-from ADDRESS] [--port P] prints the port that it listens at, and a line for each session that is
ended by DELETE. With --only-from nobody but this address can connect.
POST /redirect is answered by 307, POST /broken by an answer that is none, POST /silent by one that nothing follows.
"""
import argparse
import asyncio

import firewall
from aiohttp import web
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

arguments = argparse.ArgumentParser()
arguments.add_argument("file")
arguments.add_argument("--token")
arguments.add_argument("--codec", help="of the video, such as H264; by default the one that the player likes best")
arguments.add_argument("--only-from")
arguments.add_argument("--port", type=int, default=0)
options = arguments.parse_args()
if options.only_from:
    firewall.allow_only(options.only_from)
sessions = {}


def is_allowed(request):
    return not options.token or request.headers.get("Authorization") == f"Bearer {options.token}"


async def play(request):
    if not is_allowed(request):
        return web.Response(status=401)
    if request.content_type != "application/sdp":
        return web.Response(status=415)
    offer = await request.text()
    if offer.count("a=recvonly") != 2:
        return web.Response(status=400, text="two recvonly media are expected")
    connection = RTCPeerConnection()
    player = MediaPlayer(options.file)
    if options.codec:
        codecs = RTCRtpSender.getCapabilities("video").codecs
        transceiver = connection.addTransceiver("video", direction="sendonly")
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == f"video/{options.codec}"])
    await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
    for transceiver in connection.getTransceivers():
        track = player.audio if transceiver.kind == "audio" else player.video
        if track and request.path != "/silent":
            transceiver.sender.replaceTrack(track)
            transceiver.direction = "sendonly"
    await connection.setLocalDescription(await connection.createAnswer())
    name = str(len(sessions) + 1)
    sessions[name] = connection

    @connection.on("connectionstatechange")
    async def changed():
        if connection.connectionState == "connected" and request.path == "/leave":
            await asyncio.sleep(3)
            await connection.close()

    return web.Response(
        status=201,
        content_type="application/sdp",
        text=connection.localDescription.sdp,
        headers={"Location": f"/whep/{name}"},
    )


async def delete(request):
    if not is_allowed(request):
        return web.Response(status=401)
    connection = sessions.pop(request.match_info["name"], None)
    if connection is None:
        return web.Response(status=404)
    print("deleted", flush=True)
    asyncio.ensure_future(connection.close())
    return web.Response()


async def redirect(_):
    return web.Response(status=307, headers={"Location": "/whep"})


async def broken(_):
    return web.Response(status=201, content_type="application/sdp", text="v=0\r\nno description\r\n")


async def main():
    app = web.Application()
    for path in ("/whep", "/silent", "/leave"):
        app.router.add_post(path, play)
    app.router.add_delete("/whep/{name}", delete)
    app.router.add_post("/redirect", redirect)
    app.router.add_post("/broken", broken)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port, reuse_address=True).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
