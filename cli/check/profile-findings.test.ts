import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { profileFindings } from './profile-findings.ts'

const found = (profile: object) => profileFindings(profileSchema.parse(profile)).map(({ state, text }) => [state, text])

test('a profile that leaves out every Connection Request is noted', () => {
  const features = { http: false, udp: false, xmpp: false }
  expect(found({ features })).toEqual([
    ['note', 'features.http, features.udp and features.xmpp are all false: no Connection Request will be tested.'],
  ])
  expect(found({ features: { ...features, http: 'auto' } })).toEqual([])
})

test('a command named by its path that is not there, or cannot be run, is noted', () => {
  const directory = temporaryDirectory()
  const script = join(directory, 'outlet.sh')
  writeFileSync(script, '#!/bin/sh\n')
  expect(found({ control: { stop: { command: `"${script}" off 3` } } })).toEqual([
    ['note', `control.stop names ${script}, which is not executable.`],
  ])
  chmodSync(script, 0o755)
  expect(found({ control: { power: `${script} off 3`, reboot: 'rpc', start: 'ask', valueChange: 'ssh lab' } })).toEqual(
    [],
  )
  expect(found({ control: { start: { command: './no-such-outlet.sh on 3', timeout: '5m' } } })).toEqual([
    ['note', `control.start names ./no-such-outlet.sh, which is not there (${process.cwd()}/no-such-outlet.sh).`],
  ])
})
