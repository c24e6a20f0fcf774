"""A client made with slixmpp. Arguments: host port jid password ca peer.

It binds, sends presence, fetches its roster, pings the server, asks the peer, and answers Connection Requests.
"""
import sys
from pathlib import Path

from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from slixmpp.xmlstream import ET

HOST, PORT, JID, PASSWORD, CA, PEER = sys.argv[1:]
REQUEST = 'urn:broadband-forum-org:cwmp:xmppConnReq-1-0'


def say(text):
    print(text, flush=True)


class Device(ClientXMPP):
    def __init__(self):
        super().__init__(JID, PASSWORD)
        self.ca_certs = Path(CA)
        self.register_plugin('xep_0030')
        self.register_plugin('xep_0199')
        self.add_event_handler('session_start', self.start)
        self.add_event_handler('failed_auth', lambda _: say('error failed_auth'))
        self.register_handler(Callback('request', MatchXPath(
            '{jabber:client}iq/{%s}connectionRequest' % REQUEST), self.request))

    def request(self, iq):
        if iq['type'] == 'get':
            iq.reply().send()

    async def start(self, _):
        self.send_presence()
        await self.get_roster()
        say('bound ' + self.boundjid.full)
        await self['xep_0199'].ping(self.boundjid.domain)
        say('pong')
        info = await self['xep_0030'].get_info(jid=self.boundjid.domain)
        assert 'urn:xmpp:ping' in info['disco_info']['features']
        iq = self.make_iq_get(ito=PEER)
        iq.append(ET.Element('{urn:test:time}time'))
        answer = await iq.send()
        say('answer ' + answer.xml.find('{urn:test:time}time').text)


device = Device()
device.connect((HOST, int(PORT)))
device.process(forever=True)
