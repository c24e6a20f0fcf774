import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseProfile } from '../harness/device/read-profile.ts'
import type { ConformanceSettings } from './conformance-settings.ts'
import { divide, selectPart } from './division.ts'
import { selectScenarios } from './scenarios.ts'

const simulated: ConformanceSettings['device'] = { kind: 'simulated', clock: 'virtual', faults: [], variants: [] }
const settings = { include: [], unattended: false, repeat: 1 }
const everything = selectScenarios([], ['long'])
const allIds = everything.played.map(({ id }) => id)
const partsOf = (total: number, device: ConformanceSettings['device'] = simulated) =>
  Array.from({ length: total }, (_, position) =>
    selectPart(everything, { ...settings, shard: { index: position + 1, total }, device }),
  )
const idsOf = ({ played }: { played: readonly { id: string }[] }) => played.map(({ id }) => id)

describe('scenarios in parts', () => {
  test('each scenario is in exactly one part, no part is empty, and each keeps the order', () => {
    for (const total of [1, 2, 3, 5, 8, 21, allIds.length]) {
      const parts = partsOf(total)
      expect(parts.flatMap(idsOf).toSorted()).toEqual(allIds.toSorted())
      for (const part of parts) {
        expect(part.played.length).toBeGreaterThan(0)
        expect(idsOf(part)).toEqual(allIds.filter(id => idsOf(part).includes(id)))
      }
    }
  })

  test('parts of one division share its name, those of others have another', () => {
    const named = [2, 3, 4].map(total => new Set(partsOf(total).map(({ shard }) => shard?.division)))
    expect(named.map(({ size }) => size)).toEqual([1, 1, 1])
    expect(new Set(named.flatMap(names => [...names])).size).toBe(3)
    const fewer = selectPart(selectScenarios([], []), {
      ...settings,
      shard: { index: 1, total: 2 },
      device: simulated,
    })
    expect(named[0]).not.toContain(fewer.shard?.division)
  })

  test('parts that are played with other settings or another profile have another name', () => {
    const lab = (text: string): ConformanceSettings['device'] => ({
      kind: 'lab',
      profile: parseProfile(text, 'profile.yaml'),
    })
    const nameOf = (text: string, others: Partial<ConformanceSettings> = {}) =>
      selectPart(everything, { ...settings, ...others, shard: { index: 1, total: 2 }, device: lab(text) }).shard
        ?.division
    const names = [
      nameOf('{}'),
      nameOf('features: { http: true }\n'),
      nameOf('control: { reboot: ask }\n'),
      nameOf('control: { reboot: ./reboot.sh }\n'),
      nameOf('timing: { watch: 2m }\n'),
      nameOf('{}', { unattended: true }),
      nameOf('{}', { include: ['long'] }),
      nameOf('{}', { repeat: 2 }),
    ]
    expect(new Set(names).size).toBe(names.length)
    // What differs from bench to bench.
    expect(nameOf('acs: { listen: "127.0.0.1:7548" }\n')).toBe(names[0])
    expect(nameOf('control: { reboot: ./other.sh }\n')).toBe(names[3])
  })

  test('what a profile leaves out is no burden: what is left is spread over all parts', () => {
    const text = 'features: { xmpp: false, udp: false }\n'
    const device: ConformanceSettings['device'] = { kind: 'lab', profile: parseProfile(text, 'profile.yaml') }
    for (const part of partsOf(4, device))
      expect(idsOf(part).filter(id => !/^(xmpp|udp)-/.test(id)).length).toBeGreaterThanOrEqual(4)
  })

  test('without parts everything is played, and more parts than scenarios are refused', () => {
    expect(selectPart(everything, { ...settings, device: simulated })).toBe(everything)
    const one = { ...everything, played: everything.played.slice(0, 1) }
    expect(() => selectPart(one, { ...settings, shard: { index: 1, total: 2 }, device: simulated })).toThrow(
      'There is 1 scenario to play and 2 parts to play them in: divide them into fewer parts.',
    )
  })
})

test('any list is divided completely, in its order, alike each time, and about evenly', () => {
  const costs = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 1_000_000 }), group: fc.constantFrom('a', 'b', 'c') }),
  )
  fc.assert(
    fc.property(costs, fc.integer({ min: 1, max: 12 }), (list, total) => {
      const ids = list.map((_, place) => `scenario-${place}`)
      const costOf = new Map(ids.map((id, place) => [id, list[place] ?? { ms: 0, group: '' }]))
      const parts = divide(ids, total, costOf)
      expect(parts).toHaveLength(total)
      expect(parts.flat().toSorted()).toEqual(ids.toSorted())
      for (const part of parts) expect(part).toEqual(ids.filter(id => part.includes(id)))
      expect(divide(ids, total, costOf)).toEqual(parts)
      if (ids.length >= total) expect(parts.every(({ length }) => length > 0)).toBe(true)
      const loads = parts.map(part => part.reduce((sum, id) => sum + (costOf.get(id)?.ms ?? 0), 0))
      const longest = Math.max(0, ...list.map(({ ms }) => ms))
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(longest)
    }),
  )
})
