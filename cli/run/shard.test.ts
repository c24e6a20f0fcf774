import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageProblem } from '../usage-problem.ts'
import { ownDevices, readShard, shareOf } from './shard.ts'

describe('--shard', () => {
  test.each([
    ['2/5', {}, { index: 2, total: 5 }],
    ['1/1', {}, undefined],
    ['auto', { CONNREQ_SHARD: '2/5' }, { index: 2, total: 5 }],
    ['auto', { CI_NODE_INDEX: '5', CI_NODE_TOTAL: '5' }, { index: 5, total: 5 }],
    ['auto', { CI_NODE_TOTAL: '1' }, undefined],
    ['auto', { JOB_COMPLETION_INDEX: '0', CONNREQ_SHARD_TOTAL: '3' }, { index: 1, total: 3 }],
    ['auto', { JOB_COMPLETION_INDEX: '2', CONNREQ_SHARD_TOTAL: '3' }, { index: 3, total: 3 }],
    // A job of GitLab that a matrix of its own divides.
    ['auto', { CI_NODE_TOTAL: '1', CONNREQ_SHARD: '2/3' }, { index: 2, total: 3 }],
    // Both say the same.
    ['auto', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3', CONNREQ_SHARD: '2/3' }, { index: 2, total: 3 }],
    // What the environment says matters only to auto.
    ['1/2', { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3' }, { index: 1, total: 2 }],
  ] as const)('%s with %o is %o', (text, environment, shard) => {
    expect(readShard(text, environment)).toEqual(shard)
  })

  test.each([
    ['0/5', {}, '--shard is 0/5: there is no part 0 of 5; parts count from 1.'],
    ['6/5', {}, '--shard is 6/5: there is no part 6 of 5; parts count from 1.'],
    ['1/0', {}, '--shard is 1/0: there is no part 1 of 0'],
    ['1/99999', {}, 'more than 10000 parts'],
    ['2', {}, '--shard is "2"; write the part and their number, 2/5, or auto.'],
    ['-1/5', {}, '--shard is "-1/5"'],
    [
      'auto',
      {},
      'none of CONNREQ_SHARD, CI_NODE_INDEX (GitLab), JOB_COMPLETION_INDEX (Kubernetes). Set CONNREQ_SHARD=2/5',
    ],
    ['auto', { CONNREQ_SHARD: '2 of 5' }, 'CONNREQ_SHARD is "2 of 5"; write the part and their number, 2/5.'],
    [
      'auto',
      { JOB_COMPLETION_INDEX: '0' },
      'finds JOB_COMPLETION_INDEX in the environment, but not CONNREQ_SHARD_TOTAL',
    ],
    ['auto', { CI_NODE_TOTAL: '3' }, 'finds CI_NODE_TOTAL in the environment, but not CI_NODE_INDEX'],
    ['auto', { JOB_COMPLETION_INDEX: '3', CONNREQ_SHARD_TOTAL: '3' }, 'there is no part 4 of 3'],
    ['auto', { JOB_COMPLETION_INDEX: 'x', CONNREQ_SHARD_TOTAL: '3' }, 'both must be whole numbers'],
    [
      'auto',
      { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '3', CONNREQ_SHARD: '1/3' },
      'CONNREQ_SHARD says part 1 of 3, but CI_NODE_INDEX and CI_NODE_TOTAL say part 2 of 3. Write the part itself',
    ],
  ] as const)('%s with %o is refused', (text, environment, sentence) => {
    expect(() => readShard(text, environment)).toThrow(UsageProblem)
    expect(() => readShard(text, environment)).toThrow(sentence)
  })
})

test('a part of several devices has whole ones, and at least one', () => {
  const devices = ['a', 'b', 'c', 'd', 'e']
  expect(ownDevices(devices, undefined)).toEqual(devices)
  expect(ownDevices(devices, { index: 2, total: 3 })).toEqual(['b', 'e'])
  expect(() => ownDevices(devices, { index: 1, total: 6 })).toThrow('There are 5 devices and 6 parts')
})

test('every item of a list is in exactly one share, in its order, and shares differ by one at most', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (list, total) => {
      const items = list.map((value, place) => ({ value, place }))
      const shares = Array.from({ length: total }, (_, position) => shareOf(items, { index: position + 1, total }))
      expect(shares.flat().toSorted((a, b) => a.place - b.place)).toEqual(items)
      for (const share of shares) expect(share).toEqual(share.toSorted((a, b) => a.place - b.place))
      const lengths = shares.map(({ length }) => length)
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1)
    }),
  )
})
