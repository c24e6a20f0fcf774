import type { ControlAction, DeviceFacts } from '../harness/device/facts.ts'
import { hasManagementServer, managementServer } from '../harness/device/facts.ts'
import type { Applicability } from '../harness/scenario.ts'

export const applies: Applicability = { applies: true }

type Need = (facts: DeviceFacts) => Applicability

/** The first need that the device does not meet decides. */
export const needs =
  (...all: Need[]): Need =>
  facts =>
    all.map(need => need(facts)).find(result => !result.applies) ?? applies

/** A ConnectionRequestURL that can be reached. */
export const anHttpServer: Need = ({ reachability, http }) => {
  if (http === false)
    return {
      applies: false,
      reason: 'The profile leaves HTTP Connection Requests out.',
      wouldApplyIf: 'features.http were true or auto',
    }
  if (reachability.state === 'reachable') return applies
  return {
    applies: false,
    reason: reachability.detail,
    wouldApplyIf: 'the device gave a ConnectionRequestURL that can be reached from here',
  }
}

/** No NAT keeps Connection Requests by HTTP from the device. */
export const notBehindNat: Need = ({ reachability }) =>
  reachability.behindNat
    ? {
        applies: false,
        reason: reachability.detail,
        wouldApplyIf: 'ConnReq stood on the same side of the NAT as the device',
      }
    : applies

/** Credentials that the device accepts, so that it can be made to call. */
export const anAnsweredKnock: Need = facts => {
  const server = anHttpServer(facts)
  if (!server.applies || facts.credentialsWork) return server
  return {
    applies: false,
    reason: 'The device accepted no Connection Request on account of the credentials it was given.',
    wouldApplyIf: 'the device accepted ConnectionRequestUsername and ConnectionRequestPassword as set',
  }
}

/** Some request brings a session, authenticated or not: enough for a positive control. */
export const aSessionOnAnyRequest: Need = facts => {
  const server = anHttpServer(facts)
  if (!server.applies || facts.timeToSessionMs !== undefined) return server
  return {
    applies: false,
    reason: 'No session followed any Connection Request, so that silence would prove nothing.',
    wouldApplyIf: 'the device called after a Connection Request',
  }
}

/** A session that follows an accepted Connection Request. */
export const aSessionOnRequest: Need = facts => {
  const knock = anAnsweredKnock(facts)
  if (!knock.applies || facts.timeToSessionMs !== undefined) return knock
  return {
    applies: false,
    reason: 'No session with 6 CONNECTION REQUEST followed the first accepted Connection Request.',
    wouldApplyIf: 'the device called after an accepted Connection Request',
  }
}

/** A session that follows a Connection Request, whatever carried it. */
export const aSessionByAnyWay: Need = facts =>
  facts.xmpp.timeToSessionMs !== undefined || facts.udp.timeToSessionMs !== undefined
    ? applies
    : aSessionOnRequest(facts)

/** A ManagementServer parameter that can be set. */
export const writable =
  (name: string): Need =>
  facts =>
    facts.parameters[managementServer(facts, name)]?.writable
      ? applies
      : {
          applies: false,
          reason: hasManagementServer(facts, name)
            ? `${managementServer(facts, name)} cannot be set on this device.`
            : `The device has no ${managementServer(facts, name)}.`,
          wouldApplyIf: `the data model had a writable ${name}`,
        }

/** An RPC that GetRPCMethods names. */
export const rpcMethod =
  (method: string): Need =>
  facts =>
    facts.rpcMethods.includes(method)
      ? applies
      : {
          applies: false,
          reason: `The device does not list the RPC ${method}.`,
          wouldApplyIf: `it supported ${method}`,
        }

/** The device says that it has XMPP Connection Requests, or the profile does. */
export const anXmppDevice: Need = ({ xmpp }) =>
  xmpp.state === 'left-out' || xmpp.state === 'not-claimed'
    ? {
        applies: false,
        reason: xmpp.detail,
        wouldApplyIf: 'SupportedConnReqMethods listed XMPP, or features.xmpp were true',
      }
    : applies

/** An XMPP.Connection that could be provisioned, whether or not the device then connected. */
export const anXmppConnection: Need = facts => {
  const device = anXmppDevice(facts)
  if (!device.applies || facts.xmpp.state === 'connected' || facts.xmpp.state === 'not-connected') return device
  return { applies: false, reason: facts.xmpp.detail, wouldApplyIf: 'the device took its XMPP settings' }
}

/** A device that connected to the XMPP server. */
export const anXmppStream: Need = facts => {
  const connection = anXmppConnection(facts)
  if (!connection.applies || facts.xmpp.state === 'connected') return connection
  return { applies: false, reason: facts.xmpp.detail, wouldApplyIf: 'the device connected to the XMPP server' }
}

/** A session that follows an XMPP Connection Request: enough for a positive control. */
export const aSessionOnXmppRequest: Need = facts => {
  const stream = anXmppStream(facts)
  if (!stream.applies || facts.xmpp.timeToSessionMs !== undefined) return stream
  return {
    applies: false,
    reason: 'No session with 6 CONNECTION REQUEST followed the first XMPP Connection Request.',
    wouldApplyIf: 'the device called after an XMPP Connection Request',
  }
}

/** A server that does what a scenario wants. */
export const anEmbeddedXmppServer: Need = facts => {
  const device = anXmppDevice(facts)
  if (!device.applies || facts.xmpp.server !== 'external') return device
  return {
    applies: false,
    reason: 'The XMPP server of the lab is used, which cannot be controlled from here.',
    wouldApplyIf: 'xmpp.server were embedded',
  }
}

/** Another way to make the device call while its XMPP connection is down. */
export const aWayInBesidesXmpp: Need = facts => {
  const http = aSessionOnRequest(facts)
  if (http.applies) return http
  return {
    applies: false,
    reason: `With its XMPP connection down the device could not be made to call: ${http.reason}`,
    ...(http.wouldApplyIf === undefined ? {} : { wouldApplyIf: http.wouldApplyIf }),
  }
}

/** The device says that it has UDP Connection Requests, or the profile does. */
export const aUdpDevice: Need = ({ udp }) =>
  udp.state === 'left-out' || udp.state === 'not-claimed'
    ? {
        applies: false,
        reason: udp.detail,
        wouldApplyIf: 'the device had STUNEnable and UDPConnectionRequestAddress, or features.udp were true',
      }
    : applies

/** A device that was given a STUN server, whether or not a Binding Request came. */
export const aStunServer: Need = facts => {
  const device = aUdpDevice(facts)
  if (!device.applies || facts.udp.state === 'bound' || facts.udp.state === 'no-binding') return device
  return { applies: false, reason: facts.udp.detail, wouldApplyIf: 'the device took its STUN settings' }
}

/** A device that sends Binding Requests from its primary port. */
export const aBinding: Need = facts => {
  const server = aStunServer(facts)
  if (!server.applies || facts.udp.state === 'bound') return server
  return { applies: false, reason: facts.udp.detail, wouldApplyIf: 'the device announced a binding' }
}

/** A session that follows a UDP Connection Request: enough for a positive control. */
export const aSessionOnUdpRequest: Need = facts => {
  const binding = aBinding(facts)
  if (!binding.applies || facts.udp.timeToSessionMs !== undefined) return binding
  return {
    applies: false,
    reason: 'No session with 6 CONNECTION REQUEST followed the first UDP Connection Request.',
    wouldApplyIf: 'the device called after a UDP Connection Request',
  }
}

/** Another way to make the device call while its binding is lost: with STUN off many close the socket. */
export const aWayInWithoutStun: Need = facts => {
  if (aSessionOnRequest(facts).applies || facts.xmpp.timeToSessionMs !== undefined) return applies
  return {
    applies: false,
    reason: 'Without its STUN binding the device could not be made to call: neither HTTP nor XMPP reaches it.',
    wouldApplyIf: 'the device called after an HTTP or XMPP Connection Request as well',
  }
}

const doing: Record<ControlAction, string> = {
  start: 'start the device',
  stop: 'stop the device',
  reboot: 'reboot the device',
  factoryReset: 'reset the device to factory settings',
  power: 'cycle the power of the device',
  valueChange: 'change a value of the device',
}
const byRpcToo: readonly ControlAction[] = ['reboot', 'factoryReset']

/** The lab can do that to the device. */
export const controlled =
  (action: ControlAction): Need =>
  facts => {
    if (facts.control[action] !== undefined) return applies
    if (facts.unattended?.includes(action))
      return {
        applies: false,
        reason: `To ${doing[action]} a person would have to be asked (control.${action}), and nobody is there (--unattended).`,
        wouldApplyIf: `someone were at the bench: run without --unattended, or name a command in control.${action}`,
      }
    return {
      applies: false,
      reason: `The profile does not say how to ${doing[action]}.`,
      wouldApplyIf: `control.${action} were ${byRpcToo.includes(action) ? '`rpc`, ' : ''}\`ask\` or a shell command`,
    }
  }
