#!/usr/bin/env python3
"""Publishes a file to a WHIP endpoint with aiortc: whip_publisher.py URL FILE SECONDS [--token T] [--codec C] [--only-from ADDRESS] [--vanish]

aiortc encodes it as VP8 and Opus; --codec H264 offers that alone in place of VP8. It says goodbye by DELETE, or with --vanish not at all.
"""
import argparse
import asyncio
import os
import sys

import aiohttp
import firewall
from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

arguments = argparse.ArgumentParser()
arguments.add_argument("url")
arguments.add_argument("file")
arguments.add_argument("seconds", type=float)
arguments.add_argument("--token")
arguments.add_argument("--codec")
arguments.add_argument("--vanish", action="store_true")
arguments.add_argument("--only-from")
options = arguments.parse_args()
if options.only_from:
    firewall.allow_only(options.only_from)


async def main():
    connection = RTCPeerConnection()
    player = MediaPlayer(options.file)
    for track in (player.audio, player.video):
        if track:
            transceiver = connection.addTransceiver(track, direction="sendonly")
            if track.kind == "video" and options.codec:
                wanted = f"video/{options.codec}"
                codecs = RTCRtpSender.getCapabilities("video").codecs
                transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == wanted])
    await connection.setLocalDescription(await connection.createOffer())
    headers = {"Content-Type": "application/sdp"}
    if options.token:
        headers["Authorization"] = f"Bearer {options.token}"
    async with aiohttp.ClientSession() as http:
        async with http.post(options.url, data=connection.localDescription.sdp, headers=headers) as response:
            answer = await response.text()
            if response.status != 201:
                sys.exit(f"{response.status}: {answer}")
            resource = response.headers["Location"]
        await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await asyncio.sleep(options.seconds)
        if options.vanish:
            os._exit(0)
        resource = str(aiohttp.client.URL(options.url).join(aiohttp.client.URL(resource)))
        async with http.delete(resource, headers=headers) as response:
            print(response.status, flush=True)
    await connection.close()


asyncio.run(main())
