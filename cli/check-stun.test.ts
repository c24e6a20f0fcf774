import { expect, test } from 'vitest'
import { profileSchema } from '../harness/device/profile.ts'
import { stunLines } from './check-stun.ts'

const place = { found: { host: '192.0.2.10', port: 3478 } }

test('where the STUN server listens and where devices find it', () => {
  const profile = profileSchema.parse({ stun: { listen: '127.0.0.1:3479' } })
  expect(stunLines(profile, place)).toEqual([
    'The STUN server can listen on 127.0.0.1:3479 (UDP).',
    'Devices find it at 192.0.2.10 port 3478; UDP Connection Requests come from there too.',
  ])
})

test('a profile that asks for UDP and says nothing of the server has it at the ordinary port', () => {
  const profile = profileSchema.parse({ features: { udp: true } })
  expect(stunLines(profile, place)[0]).toBe('The STUN server can listen on 0.0.0.0:3478 (UDP).')
})

test('nothing is said of a server that is not open', () => {
  expect(stunLines(profileSchema.parse({ features: { udp: false }, stun: {} }), undefined)).toEqual([])
  expect(stunLines(profileSchema.parse({}), undefined)).toEqual([])
})

test('what a profile says cannot move the cursor', () => {
  const [, found = ''] = stunLines(profileSchema.parse({ stun: {} }), { found: { host: 'a\u001b[2Jb', port: 1 } })
  expect(found).not.toContain('\u001b')
})
