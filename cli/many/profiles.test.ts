import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { distinct, readProfiles } from './profiles.ts'

function lab(files: Record<string, string>): string {
  const folder = temporaryDirectory()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

test('a folder stands for its .yaml and .yml files, sorted, without the folders below', () => {
  const folder = lab({ 'b.yaml': '', 'a.yml': '', 'notes.txt': 'no profile' })
  mkdirSync(join(folder, 'old.yaml'))
  expect(readProfiles([folder]).map(({ path }) => path)).toEqual([join(folder, 'a.yml'), join(folder, 'b.yaml')])
})

test('a profile that is named twice counts once, also by another name', () => {
  const folder = lab({ 'a.yaml': '' })
  symlinkSync(join(folder, 'a.yaml'), join(folder, 'z.yaml'))
  expect(readProfiles([folder, join(folder, 'a.yaml')])).toHaveLength(1)
})

test('a device is called by its name, else by its file, and no two alike', () => {
  const folder = lab({ 'a.yaml': 'device: { name: ACME }', 'b.yaml': 'device: { name: ACME }', 'spare.yaml': '' })
  expect(readProfiles([folder]).map(({ label }) => label)).toEqual(['ACME', 'ACME (2)', 'spare'])
  expect(distinct(['a', 'a', 'a (2)', 'a'])).toEqual(['a', 'a (2)', 'a (2) (2)', 'a (3)'])
})

test('the problems of all profiles are said at once', () => {
  const folder = lab({ 'a.yaml': 'acs: { lisen: 0.0.0.0:1 }', 'b.yaml': '', 'c.yaml': 'features: { http: perhaps }' })
  const missing = join(folder, 'missing.yaml')
  expect(() => readProfiles([folder, missing])).toThrow(
    /a\.yaml:1:\d+: .*lisen(.|\n)*c\.yaml:1:\d+: (.|\n)*missing\.yaml is not there/,
  )
})

test('a folder without profiles is refused', () => {
  const folder = lab({ 'notes.txt': '' })
  expect(() => readProfiles([folder])).toThrow(`${folder} holds no profile`)
})

test('a server has a place of its own when the profile names it, its URL, or its port', () => {
  const folder = lab({
    'a.yaml': 'acs: { listen: 0.0.0.0:7547 }\nxmpp: { advertise: 192.0.2.1 }\nstun: { advertise: 192.0.2.1:3478 }',
    'b.yaml': 'acs: { url: http://192.0.2.1:7547/acs }\nxmpp:\n  listen: 127.0.0.1:0',
    'c.yaml': '',
  })
  expect(readProfiles([folder]).map(({ named }) => [...named])).toEqual([['acs', 'stun'], ['acs', 'xmpp'], []])
})
