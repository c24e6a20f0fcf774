// A client made with @xmpp/client. Arguments: host port domain username password resource peer.
// It binds, pings the server, asks the peer, and answers Connection Requests.
import { client, xml } from '@xmpp/client'

const [host, port, domain, username, password, resource, peer] = process.argv.slice(2)
const xmpp = client({ service: `xmpp://${host}:${port}`, domain, username, password, resource })

xmpp.iqCallee.get('urn:broadband-forum-org:cwmp:xmppConnReq-1-0', 'connectionRequest', () => true)
xmpp.on('error', error => console.log(`error ${error.message}`))
xmpp.on('online', async jid => {
  console.log(`bound ${jid}`)
  await xmpp.iqCaller.get(xml('ping', 'urn:xmpp:ping'), domain)
  console.log('pong')
  const answer = await xmpp.iqCaller.get(xml('time', 'urn:test:time'), peer)
  console.log(`answer ${answer.text()}`)
})
await xmpp.start()
