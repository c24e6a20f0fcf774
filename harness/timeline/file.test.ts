import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { openTimelineFile, parseTimeline, readTimelineFile, timelineFileName } from './file.ts'
import { saysUnwritable } from './unwritable.ts'

const mark = (seq: number, name: string): Entry => ({ seq, at: seq * 1.5, type: 'mark', name })
const textOf = (entries: Entry[]) => entries.map(entry => `${JSON.stringify(entry)}\n`).join('')

const marks = fc
  .array(fc.string({ unit: 'binary' }), { maxLength: 8 })
  .map(names => names.map((name, index) => mark(index + 1, name)))

describe('on disk', () => {
  let directory: string
  let path: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'connreq-timeline-'))
    path = join(directory, timelineFileName)
  })

  afterEach(() => rmSync(directory, { recursive: true }))

  test('what was written is read back, lone surrogates and line separators included', () => {
    const entries = [mark(1, 'a\nb'), mark(2, '\ud800 \u2028 \0'), mark(3, '😀')]
    const file = openTimelineFile(path)
    for (const entry of entries) file.write(entry)
    file.close()
    expect(readTimelineFile(path)).toEqual({ entries, problems: [] })
  })

  test('an entry is in the file as soon as it was written', () => {
    const file = openTimelineFile(path)
    file.write(mark(1, 'a'))
    expect(readFileSync(path, 'utf8')).toBe(textOf([mark(1, 'a')]))
    file.close()
  })

  test('an existing file is refused and stays as it is', () => {
    writeFileSync(path, 'an older run')
    expect(() => openTimelineFile(path)).toThrow(expect.objectContaining({ code: 'EEXIST' }))
    expect(readFileSync(path, 'utf8')).toBe('an older run')
  })

  test('a file that somebody removed is noticed soon, told once, and written no more', () => {
    const failures: string[] = []
    const file = openTimelineFile(path, ({ message }) => failures.push(message))
    for (let seq = 1; seq < 100; seq++) file.write(mark(seq, 'there'))
    expect([file.failure, failures]).toEqual([undefined, []])
    rmSync(path)
    for (let seq = 100; seq < 300; seq++) file.write(mark(seq, 'gone'))
    file.close()
    expect(failures).toEqual([`The timeline cannot be written any more: it was removed (${path}).`])
    expect(saysUnwritable(failures.join())).toBe(true)
    expect(file.failure?.message).toBe(failures[0])
  })

  test('who does not ask to be told of a failure gets it thrown', () => {
    const file = openTimelineFile(path)
    rmSync(path)
    expect(() => file.write(mark(64, 'gone'))).toThrow('it was removed')
    file.close()
  })

  test('nobody else may read it', () => {
    openTimelineFile(path).close()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('reading', () => {
  test('nothing is an empty timeline', () => {
    expect(parseTimeline('')).toEqual({ entries: [], problems: [] })
  })

  test('a file cut anywhere gives the entries before the cut, without a problem', () => {
    fc.assert(
      fc.property(marks, fc.nat(), (entries, cut) => {
        const text = textOf(entries)
        const { entries: read, problems } = parseTimeline(text.slice(0, cut % (text.length + 1)))
        expect(read).toEqual(entries.slice(0, read.length))
        expect(problems).toEqual([])
      }),
    )
  })

  test('every whole line is read, and the torn one after them left out', () => {
    const [first, second, third] = [mark(1, 'a'), mark(2, 'b'), mark(3, 'c')]
    expect(parseTimeline(textOf([first, second, third]).slice(0, -3)).entries).toEqual([first, second])
  })

  test.each([
    ['no JSON', 'garbage'],
    ['no object', '7'],
    ['nothing', 'null'],
    ['no number', '{"at":0,"type":"mark","name":"b"}'],
    ['a number out of turn', '{"seq":1,"at":0,"type":"mark","name":"b"}'],
    ['no time', '{"seq":2,"type":"mark","name":"b"}'],
    ['no type', '{"seq":2,"at":0}'],
  ])('a damaged line is named: %s', (_, line) => {
    expect(parseTimeline(`${textOf([mark(1, 'a')])}${line}\n`)).toEqual({
      entries: [mark(1, 'a')],
      problems: ['Line 2 is no entry of a timeline, or not in order.'],
    })
  })

  test('after a damaged line the rest is read, and what is missing is named', () => {
    const whole = [mark(1, 'a'), mark(2, 'b'), mark(3, 'c'), mark(4, 'd')]
    expect(parseTimeline(textOf(whole).replace('"name":"b"', '"name":'))).toEqual({
      entries: [mark(1, 'a'), mark(3, 'c'), mark(4, 'd')],
      problems: ['Line 2 is no entry of a timeline, or not in order.', 'Entries 2 to 2 are missing before line 3.'],
    })
  })

  test('no text whatever makes it throw', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.json(), fc.string())), lines => {
        const { entries, problems } = parseTimeline(`${lines.join('\n')}\n`)
        expect(entries.length).toBeLessThanOrEqual(lines.join('\n').split('\n').length)
        expect(problems.every(problem => problem.length > 0)).toBe(true)
      }),
    )
  })
})
