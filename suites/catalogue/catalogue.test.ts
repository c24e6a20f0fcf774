import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { warningAtMost } from './basis.ts'
import { catalogue, requirement } from './catalogue.ts'
import { nearestWord } from '../../harness/device/nearest-word.ts'

const ids = catalogue.map(row => row.id)

function familyOf(id: string): string {
  return id.slice(0, -3)
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index)
}

function normalised(sentence: string): string {
  return sentence.toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ')
}

describe('the catalogue', () => {
  test('holds 164 requirements, each id once', () => {
    expect(ids).toHaveLength(164)
    expect(repeated(ids)).toEqual([])
  })

  test('gives well-formed ids, ascending within a family', () => {
    for (const id of ids) expect(id).toMatch(/^(CR|CW)-[A-Z]+-\d\d$/)
    for (const family of new Set(ids.map(familyOf))) {
      const inOrder = ids.filter(id => familyOf(id) === family)
      expect(inOrder).toEqual(inOrder.toSorted())
    }
  })

  test.each(catalogue)('$id is complete', row => {
    for (const text of [row.clause, row.since, row.basis]) expect(text).toMatch(/^\S(.*\S)?$/)
    expect(row.sentence).toMatch(/^[A-Z0-9"].{20,}\.$/)
    expect(row.alternatives).toMatch(/^$|^["A-Z0-9].*\.$/)
    if (row.warningAtMost !== undefined) expect(row.warningAtMost).toMatch(/^[A-Z].{20,}\.$/)
    if (row.untested !== undefined) expect(row.untested.reason).toMatch(/^[A-Z].{20,}\.$/)
  })

  test('says nothing twice in the same words', () => {
    expect(repeated(catalogue.map(row => normalised(row.sentence)))).toEqual([])
  })

  test('refers only to requirements it has', () => {
    for (const row of catalogue) {
      const text = [row.sentence, row.alternatives, row.warningAtMost, row.untested?.reason].join(' ')
      for (const [id] of text.matchAll(/\bC[RW]-[A-Z]+-\d+/g)) expect(ids).toContain(id)
    }
  })

  test('limits only duties to a warning', () => {
    const limited = catalogue.filter(row => row.warningAtMost !== undefined)
    expect(limited.length).toBeGreaterThan(0)
    for (const row of limited) expect(row.level).toMatch(/^MUST/)
  })
})

describe('what is judged', () => {
  const judged = catalogue.filter(row => row.untested === undefined).map(row => row.id)

  test('covers HTTP, UDP, XMPP, sessions and what is common to all transports', () => {
    expect(judged).toEqual([
      ...numbered('CR-GEN', 1, 15),
      'CR-GEN-17',
      'CR-GEN-19',
      ...numbered('CR-HTTP', 1, 17),
      ...numbered('CR-HTTP', 19, 22),
      ...numbered('CR-HTTP', 24, 25),
      ...numbered('CR-UDP', 2, 18),
      ...numbered('CR-UDP', 20, 24),
      ...numbered('CR-UDP', 26, 29),
      ...numbered('CR-UDP', 40, 43),
      ...numbered('CR-UDP', 46, 55),
      ...numbered('CR-XMPP', 1, 18),
      ...numbered('CR-XMPP', 20, 24),
      ...numbered('CR-XMPP', 26, 31),
      ...numbered('CW-EVT', 1, 9),
      ...numbered('CW-INF', 1, 5),
      ...numbered('CW-RET', 1, 6),
      'CW-SES-01',
      ...numbered('CW-SES', 3, 11),
      ...numbered('CW-SPV', 1, 3),
      ...numbered('CW-NTF', 1, 3),
    ])
  })

  test('leaves out a duty of the device only as not built yet or not observable', () => {
    const leftOut = catalogue.filter(
      row => row.who !== 'ACS' && row.level.startsWith('MUST') && row.untested !== undefined,
    )
    expect(leftOut.length).toBeGreaterThan(0)
    for (const row of leftOut) expect(['not-yet', 'not-observable'], row.id).toContain(row.untested?.kind)
  })

  test('calls a duty of the harness only what binds the ACS', () => {
    const duties = catalogue.filter(row => row.untested?.kind === 'harness-duty')
    expect(duties.map(row => row.who)).toEqual(duties.map(() => 'ACS'))
    expect(duties.map(row => row.id)).toContain('CR-GEN-16')
  })

  test('calls information only what demands nothing', () => {
    const information = catalogue.filter(row => row.untested?.kind === 'information')
    expect(information.map(row => row.id)).toContain('CR-HTTP-18')
    for (const row of information) expect(['INFO', 'MAY'], row.id).toContain(row.level)
  })
})

function numbered(family: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${family}-${String(first + index).padStart(2, '0')}`)
}

describe('how hard a verdict may be', () => {
  const firm: [basis: string, clause: string][] = [
    ['text', '3.2.2.1'],
    ['data model / XSD', 'UseTLS'],
    ['text + recollection 50%', '3.2.1'],
    ['data model / XSD + inference', 'Connection.Enable'],
    ['recollection 85%', 'RFC 7235/7616 by reference'],
    ['implementations + recollection 90%', 'Annex K / RFC 6120 4'],
  ]
  test.each(firm)('%s in %s may fail a device', (basis, clause) => {
    expect(warningAtMost({ level: 'MUST', basis, clause })).toBeUndefined()
  })

  const weak: [basis: string, clause: string][] = [
    ['recollection 100%', '3.2.2.2'],
    ['recollection 84%', 'RFC 6120 8.2.3'],
    ['implementations', 'RFC 6120'],
    ['implementations + recollection 95%', 'G.2.1.4 / G.2.2.3'],
    ['inference', 'Annex K'],
  ]
  test.each(weak)('%s in %s warns at most, and the reason gives the basis', (basis, clause) => {
    expect(warningAtMost({ level: 'MUST NOT', basis, clause })).toContain(basis)
  })

  test('levels below MUST have no such limit: they never fail', () => {
    for (const level of ['SHOULD', 'SHOULD NOT', 'MAY', 'INFO'] as const)
      expect(warningAtMost({ level, basis: 'inference', clause: '3.2' })).toBeUndefined()
  })

  test.each(['CR-HTTP-25', 'CW-EVT-03', 'CW-SES-04', 'CR-UDP-50', 'CR-XMPP-26'])('the basis of %s is too weak', id => {
    expect(requirement(id).warningAtMost).toContain(requirement(id).basis)
  })

  test.each(['CR-GEN-11', 'CR-HTTP-19', 'CW-INF-03', 'CW-INF-04', 'CW-RET-05', 'CW-SES-08', 'CW-NTF-01', 'CR-XMPP-05'])(
    '%s gives a reason of its own',
    id => {
      const { warningAtMost: reason, basis } = requirement(id)
      expect(reason).toBeDefined()
      expect(reason).not.toContain(`basis: ${basis}`)
    },
  )

  test.each(['CR-GEN-08', 'CR-HTTP-17', 'CW-RET-02', 'CR-XMPP-22'])('%s may fail a device', id => {
    expect(requirement(id).warningAtMost).toBeUndefined()
  })
})

describe('looking up', () => {
  test('finds every requirement by its id', () => {
    for (const row of catalogue) expect(requirement(row.id)).toBe(row)
  })

  test.each([
    ['CR-GEN-8', 'CR-GEN-08'],
    ['cr-http-12', 'CR-HTTP-12'],
    ['CW-SESS-11', 'CW-SES-11'],
  ])('an unknown id %s is answered with the nearest, %s', (unknown, nearest) => {
    expect(() => requirement(unknown)).toThrow(RangeError)
    expect(() => requirement(unknown)).toThrow(`no requirement "${unknown}"; did you mean ${nearest}?`)
  })

  test('a slip of one character in an id never leads further than one character away', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ids), fc.nat(), (id, position) => {
        const at = position % id.length
        const slipped = `${id.slice(0, at)}_${id.slice(at + 1)}`
        const nearest = nearestWord(slipped, ids) ?? ''
        const differing = Array.from(nearest).filter((character, index) => character !== slipped[index])
        expect(nearest).toHaveLength(id.length)
        expect(differing).toHaveLength(1)
      }),
    )
  })

  test('nothing is nearest when there is nothing', () => {
    expect(nearestWord('CR-GEN-01', [])).toBeUndefined()
  })
})
