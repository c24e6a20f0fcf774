import { statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { chdir, cwd } from 'node:process'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { fileNameOf, makeRunDirectory } from './run-directory.ts'

test('a directory of that second is there already: the next one gets a number', () => {
  const before = cwd()
  onTestFinished(() => chdir(before))
  chdir(temporaryDirectory())
  const made = () => makeRunDirectory({ device: 'ACME / RG', startedAt: new Date(2026, 2, 2, 8, 14, 5) })
  expect([made(), made(), made()].map(path => basename(path))).toEqual([
    'ACME-RG-20260302-081405',
    'ACME-RG-20260302-081405-2',
    'ACME-RG-20260302-081405-3',
  ])
})

test('what is there already is refused, unless it is an empty directory', () => {
  const directory = temporaryDirectory()
  const makeIn = (out: string) => makeRunDirectory({ device: 'ACME', startedAt: new Date(0), out })
  expect(makeIn(directory)).toBe(directory)
  writeFileSync(join(directory, 'file'), '')
  expect(() => makeIn(directory)).toThrow('nothing is overwritten')
  expect(() => makeIn(join(directory, 'file'))).toThrow('nothing is overwritten')
  expect(() => makeIn(join(directory, 'file', 'below'))).toThrow('cannot be made')
})

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ['', 'device'],
  ['...', 'device'],
])('the device %j gives the name %s', (device, name) => {
  expect(fileNameOf(device)).toBe(name)
})

test.runIf(process.platform === 'linux')('a place where no directory can be made is refused at once', () => {
  const nowhere = () => makeRunDirectory({ device: 'x', startedAt: new Date(0), out: '/proc/connreq/run' })
  expect(nowhere).toThrow('The directory /proc/connreq/run cannot be made')
})

test('whatever a device is called, its name is one plain file name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), device => {
      expect(fileNameOf(device)).toMatch(/^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/)
    }),
  )
})

test('a run that keeps its secrets is for its owner alone', () => {
  const out = join(temporaryDirectory(), 'run')
  makeRunDirectory({ device: 'ACME', startedAt: new Date(0), out, readers: 'owner' })
  expect(statSync(out).mode & 0o777).toBe(0o700)
})
