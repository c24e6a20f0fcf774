import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { makeDirectories, makeMergedDirectory, type Places } from './directories.ts'

const places = (out: string): Places => ({ out, startedAt: new Date(2026, 2, 2, 8, 14, 5), readers: 'everybody' })

test('each device has a directory of its own below --out, whatever they are called', () => {
  const out = join(temporaryDirectory(), 'all')
  const names = ['RG-500', 'RG 500', 'merged', '../..', '']
  const directories = makeDirectories(names, places(out))
  const merged = makeMergedDirectory(places(out))
  expect(directories.map(path => path.slice(out.length + 1))).toEqual([
    'RG-500',
    'RG-500-2',
    'merged-2',
    'device',
    'device-2',
  ])
  expect(readdirSync(out).toSorted()).toEqual(['RG-500', 'RG-500-2', 'device', 'device-2', 'merged', 'merged-2'])
  expect(merged).toBe(join(out, 'merged'))
})

test('nothing is written into a directory that holds something', () => {
  const out = temporaryDirectory()
  makeDirectories(['a'], places(join(out, 'b')))
  expect(() => makeDirectories(['a'], places(out))).toThrow('is there already and nothing is overwritten')
})
