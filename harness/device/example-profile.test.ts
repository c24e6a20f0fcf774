import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { controlActions } from './profile-control.ts'
import { profileSchema } from './profile.ts'
import { parseProfile } from './read-profile.ts'

interface Definition {
  shape?: Record<string, unknown>
  options?: unknown[]
  element?: unknown
  innerType?: unknown
  in?: unknown
}

/** The path of every key that a schema knows: `acs.tls.clientCa`. */
function pathsIn(schema: unknown, above: readonly string[] = []): string[] {
  const { shape, options = [], element, innerType, in: input } = (schema as { def?: Definition }).def ?? {}
  if (shape === undefined)
    return [...options, element, innerType, input].flatMap(inside =>
      inside === undefined ? [] : pathsIn(inside, above),
    )
  return Object.entries(shape).flatMap(([key, inside]) => {
    const path = [...above, key]
    return [path.join('.'), ...pathsIn(inside, path)]
  })
}

/** The paths of the keys that a text shows, commented out or not. */
function pathsOf(text: string): Set<string> {
  const found = new Set<string>()
  const open: { column: number; key: string }[] = []
  for (const line of text.split('\n')) {
    const bare = line.replaceAll('# ', '').replace('- ', '  ')
    const [, indent = '', key, rest = ''] = /^( *)(\w+):(?: (.*))?$/.exec(bare) ?? []
    if (key === undefined) continue
    while ((open.at(-1)?.column ?? -1) >= indent.length) open.pop()
    open.push({ column: indent.length, key })
    const path = open.map(each => each.key).join('.')
    found.add(path)
    for (const [, inner] of rest.matchAll(/[{,] (\w+):/g)) found.add(`${path}.${inner}`)
  }
  return found
}

test('the example shows every key of a profile', () => {
  const shown = pathsOf(readFileSync(join(import.meta.dirname, '../../fixtures/profiles/example.yaml'), 'utf8'))
  const meansOfControl = /^control\.\w+\.(command|ask|timeout)$/
  const known = [...new Set(pathsIn(profileSchema))].filter(path => !meansOfControl.test(path))
  expect(known.length).toBeGreaterThan(60)
  expect(known.filter(path => !shown.has(path))).toEqual([])
})

test('what stands commented out can be used as it is', () => {
  const text = readFileSync(join(import.meta.dirname, '../../fixtures/profiles/example.yaml'), 'utf8')
    .replaceAll(/^# (?:connectionRequest|xmpp|stun|baseline):\n(?:#.*\n)+/gm, section =>
      section.replaceAll(/^# /gm, ''),
    )
    .replaceAll(/^ {2}# tls:\n(?: {2}# {2}.*\n)+/gm, section => section.replaceAll(/^ {2}# /gm, '  '))
    .replaceAll(/^( +)# (?=(?:algorithm|oui|serialNumber|start|stop|power|valueChange|factoryReset): )/gm, '$1')
  const profile = parseProfile(text, 'example.yaml')
  expect(profile).toMatchObject({
    device: { oui: '00D09E' },
    acs: { tls: { clientCa: 'device-ca.pem' }, authentication: { algorithm: 'MD5' } },
    connectionRequest: { localAddress: '192.0.2.10' },
    xmpp: { account: { resource: 'cwmp' }, component: { port: 5347 } },
    stun: { listen: '0.0.0.0:3478' },
    baseline: { knownFailures: [{ until: '2027-01-31' }] },
  })
  expect(Object.keys(profile.control).sort()).toEqual([...controlActions].sort())
})
