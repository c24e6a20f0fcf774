import { randomBytes } from 'node:crypto'
import { type Jid, prepareLocal, prepareResource } from './jid.ts'
import type { StreamPolicy } from './stream-policy.ts'
import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, childNamed, textOf } from './xml/xml-element.ts'

export const isBindRequest = (stanza: XmlElement): boolean =>
  stanza.name === 'iq' &&
  stanza.attributes['type'] === 'set' &&
  childNamed(stanza, 'bind', namespaces.bind) !== undefined

/** The resource that the client proposes, as it wrote it; `undefined` where it leaves that to the server. */
export function resourceAsked(request: XmlElement): string | undefined {
  const bind = childNamed(request, 'bind', namespaces.bind)
  const resource = bind && childNamed(bind, 'resource', namespaces.bind)
  return resource === undefined ? undefined : textOf(resource)
}

/**
 * The JID that is bound for a request.
 * @param asked an empty one counts as none
 * @returns `undefined` where what is asked for can be no resource. RFC 6120 7.7.2.1
 */
export function bindAnswer(options: {
  username: string
  asked: string | undefined
  policy: StreamPolicy
  domain: string
}): Jid | undefined {
  const { username, asked, policy, domain } = options
  const proposed = asked === undefined || asked === '' ? undefined : asked
  if (policy.bind !== undefined) {
    const given = policy.bind({ username, ...(proposed === undefined ? {} : { resource: proposed }) })
    const local = prepareLocal(given.username)
    const resource = prepareResource(given.resource)
    return local === undefined || resource === undefined ? undefined : { local, domain, resource }
  }
  const resource = proposed === undefined ? randomBytes(8).toString('hex') : prepareResource(proposed)
  return resource === undefined ? undefined : { local: username, domain, resource }
}
