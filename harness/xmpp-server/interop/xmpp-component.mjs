// A component made with @xmpp/component. Arguments: host port domain secret client.
// It asks the client with a Connection Request, and answers what it is asked.
import xmppComponent from '@xmpp/component'

const { component, xml } = xmppComponent
const [host, port, domain, secret, client] = process.argv.slice(2)
const xmpp = component({ service: `xmpp://${host}:${port}`, domain, password: secret })

xmpp.iqCallee.get('urn:test:time', 'time', () => xml('time', 'urn:test:time', 'now & then'))
xmpp.on('error', error => console.log(`error ${error.message}`))
xmpp.on('online', async jid => {
  console.log(`online ${jid}`)
  const answer = await xmpp.iqCaller.request(
    xml(
      'iq',
      { type: 'get', from: `acs@${domain}/1`, to: client },
      xml(
        'connectionRequest',
        'urn:broadband-forum-org:cwmp:xmppConnReq-1-0',
        xml('username', {}, 'u'),
        xml('password', {}, '<&>'),
      ),
    ),
  )
  console.log(`answer ${answer.attrs.type} from ${answer.attrs.from}`)
})
await xmpp.start()
