import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildRunRecord } from './build-run-record.ts'
import { resultsCsv } from './csv.ts'
import { sampleEvidence } from './sample-run.ts'

const record = buildRunRecord(sampleEvidence())

/** Reads CSV after RFC 4180. */
function parse(csv: string): string[][] {
  const rows = csv.split('\r\n').slice(0, -1)
  return rows.map(row =>
    [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  )
}

test('the sample run', async () => {
  await expect(resultsCsv(record)).toMatchFileSnapshot('golden/results.csv')
})

test('a line a requirement, all of the same width', () => {
  const [header, ...rows] = parse(resultsCsv(record))
  expect(rows.map(row => row[0])).toEqual(record.requirements.map(({ id }) => id))
  for (const row of rows) expect(row).toHaveLength(header!.length)
})

test('no cell can be taken for a formula or end its line', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', ' ', '\t', '\r\n'),
      fc.constantFrom('=', '+', '-', '@'),
      fc.string(),
      (space, sign, rest) => {
        const [first] = record.requirements
        const csv = resultsCsv({ ...record, requirements: [{ ...first!, reason: `${space}${sign}HYPERLINK${rest}` }] })
        const [, row] = parse(csv)
        expect(row![7]).toMatch(/^('|\\)/)
        expect(csv.split('\r\n')).toHaveLength(3)
      },
    ),
  )
})
