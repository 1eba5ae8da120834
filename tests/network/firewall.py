"""A firewall around aiortc: datagrams from and to one address pass, such as those of a TURN server, and no others."""
from aioice import ice


def allow_only(address):
    receive = ice.StunProtocol.datagram_received
    connect = ice.StunProtocol.connection_made

    class Guarded:
        """A transport that sends to the address only."""

        def __init__(self, transport):
            self.transport = transport

        def sendto(self, data, destination):
            if destination[0] == address:
                self.transport.sendto(data, destination)

        def __getattr__(self, name):
            return getattr(self.transport, name)

    def received(self, data, source):
        if source[0] == address:
            receive(self, data, source)

    ice.StunProtocol.datagram_received = received
    ice.StunProtocol.connection_made = lambda self, transport: connect(self, Guarded(transport))
