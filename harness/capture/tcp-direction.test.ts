import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Segment } from './packet.ts'
import { type Arrival, createTcpDirection } from './tcp-direction.ts'

const segment = (sequence: number, text: string, more: Partial<Segment> = {}): Segment => ({
  ...{ stream: 0, flags: 0x10, sequence, length: text.length, bytes: Buffer.from(text) },
  ...more,
})

const said = (arrivals: readonly Arrival[]) =>
  arrivals.map(arrival => (arrival.kind === 'gap' ? '[gap]' : arrival.bytes.toString())).join('')

/** All segments, 1 ms after each other, and the end. */
function told(segments: readonly Segment[]): string {
  const direction = createTcpDirection()
  const arrivals = segments.flatMap((each, index) => direction.push(each, index))
  return said([...arrivals, ...direction.end(segments.length)])
}

describe('one direction of a TCP connection', () => {
  test('tells bytes once and in order, however its segments come', () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }), {
      minLength: 1,
      maxLength: 20,
    })
    const anyOrder = pieces.chain(texts => {
      let sequence = 1
      const segments = texts.map(text => {
        const each = segment(sequence, text)
        sequence += text.length
        return each
      })
      return fc.tuple(
        fc.constant(texts.join('')),
        fc.shuffledSubarray([...segments, ...segments], { minLength: 2 * segments.length }),
      )
    })
    fc.assert(
      fc.property(anyOrder, ([text, segments]) => {
        const syn = segment(0, '', { flags: 0x02 })
        expect(told([syn, ...segments])).toBe(text)
      }),
    )
  })

  test('tells where bytes are missing, and goes on behind them', () => {
    expect(told([segment(1, 'abc'), segment(10, 'xyz')])).toBe('abc[gap]xyz')
    expect(told([segment(1, 'abc', { length: 5 }), segment(6, 'xyz')])).toBe('abc[gap]xyz')
  })

  test('waits for a hole to be filled, but not for ever', () => {
    const direction = createTcpDirection()
    expect(said(direction.push(segment(1, 'abc'), 0))).toBe('abc')
    expect(said(direction.push(segment(10, 'xyz'), 1))).toBe('')
    expect(said(direction.push(segment(13, '!'), 20_000))).toBe('[gap]xyz!')
    expect(direction.repeated).toBe(2)
  })

  test('keeps what waits behind a hole bounded', () => {
    const direction = createTcpDirection()
    direction.push(segment(1, 'a'), 0)
    const arrivals = Array.from({ length: 2000 }, (_, index) => direction.push(segment(10 + index, 'b'), 0)).flat()
    expect(arrivals.filter(({ kind }) => kind === 'gap')).toHaveLength(1)
  })
})
