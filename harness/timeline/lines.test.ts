import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { linesOf, longestLine } from './lines.ts'

const directory = mkdtempSync(join(tmpdir(), 'connreq-lines-'))
afterAll(() => rmSync(directory, { recursive: true }))

function linesIn(content: string | Buffer): (string | undefined)[] {
  const path = join(directory, 'file')
  writeFileSync(path, content)
  return [...linesOf(path)]
}

test.each([
  ['nothing', ''],
  ['one line', 'a\n'],
  ['a torn last line', 'a\nb'],
  ['empty lines', '\n\na\n\n'],
  // What is read at once ends within a line, within a character and at a line end.
  ['long lines', `${'é'.repeat(400_000)}\n`.repeat(7)],
  ['lines as long as what is read at once', `${'a'.repeat(2 ** 20 - 1)}\n`.repeat(3)],
  ['many lines', 'Zeile für Zeile\n'.repeat(200_000)],
])('%s', (_, text) => {
  expect(linesIn(text)).toEqual(text.split('\n'))
})

test('a line that is too long is left out, and the next one read', () => {
  const endless = Buffer.alloc(longestLine + 1, 'a')
  expect(linesIn(Buffer.concat([Buffer.from('a\n'), endless, Buffer.from('\nb\n')]))).toEqual(['a', undefined, 'b', ''])
})
