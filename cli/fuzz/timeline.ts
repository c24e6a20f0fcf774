import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mutated } from '../../harness/fuzzing/mutation.ts'
import type { Random } from '../../harness/fuzzing/random.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { parseTimeline } from '../../harness/timeline/file.ts'
import { terminalSummary } from '../../reports/terminal/summary.ts'
import { judgeTimeline } from '../judge-timeline.ts'
import { UsageProblem } from '../usage-problem.ts'
import { recordedRun } from './recorded-run.ts'

const played = ['http-challenge', 'http-request', 'xmpp-request', 'udp-profile', 'session-cookies']
const kept: readonly string[] = ['conformant', 'kept-in-part', 'kept-in-virtual-time']

const tokens = [
  '\n',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  'null',
  'true',
  '-1',
  '1e999',
  '""',
  '[]',
  '{}',
  '"__proto__":{"polluted":true},',
  '"seq":0,',
  '"at":-1,',
  '"type":"run-ended",',
  '{"seq":1,"at":0,"type":"run-started"}\n',
  '\\ud800',
  '\0',
] as const

/** The file of a run that was damaged: it is judged, or refused in a sentence, and never kept where anything is missing. */
export const timeline: FuzzTarget = {
  name: 'timeline',
  inputs: 'damaged timelines',
  count: 250,
  async open() {
    const entries = await recordedRun(played)
    const lines = entries.map(entry => JSON.stringify(entry))
    const known = new Map(entries.map((entry, index) => [entry.seq, lines[index]]))
    const directory = mkdtempSync(join(tmpdir(), 'connreq-fuzz-'))
    const path = join(directory, 'timeline.jsonl')
    return {
      make: random => Buffer.from(damaged(lines, random).join('\n')),
      feed(input) {
        writeFileSync(path, input)
        try {
          const { record } = judgeTimeline(path)
          terminalSummary(record, { color: false })
          const read = parseTimeline(input.toString('utf8')).entries
          const there = new Set(read.map(({ seq }) => seq))
          if (kept.includes(record.verdict) && [...known.keys()].some(seq => !there.has(seq)))
            throw new Error(`It is ${record.verdict}, though ${known.size - there.size} entries are missing.`)
        } catch (error) {
          if (!(error instanceof UsageProblem)) throw error
        }
        if ('polluted' in {}) throw new Error('The prototype of all objects was changed.')
      },
      async [Symbol.asyncDispose]() {
        rmSync(directory, { recursive: true })
      },
    }
  },
}

type Damage = (lines: string[], random: Random) => void

/** Up to four lines that are another way, or not there. */
function damaged(lines: readonly string[], random: Random): string[] {
  const changed = [...lines]
  const times = random.below(5)
  for (let time = 0; time < times; time++) random.oneOf(damages)(changed, random)
  return changed
}

const leaveOut: Damage = (lines, random) => void lines.splice(random.below(lines.length), 1 + random.below(4))

const cutOff: Damage = (lines, random) => {
  lines.length = Math.max(1, random.below(lines.length))
  lines.push((lines.pop() ?? '').slice(0, -1 - random.below(40)))
}

const exchange: Damage = (lines, random) => {
  const [one, other] = [random.below(lines.length), random.below(lines.length)]
  ;[lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? '']
}

const twice: Damage = (lines, random) => {
  const at = random.below(lines.length)
  lines.splice(at, 0, lines[at] ?? '')
}

const noise: Damage = (lines, random) => {
  const at = random.below(lines.length)
  const sample = Buffer.from(lines[at] ?? '')
  lines[at] = mutated(random, { samples: [sample], tokens, faults: 3 }).toString('utf8')
}

/** Still JSON, but a field is gone, is another one's, or of another kind. */
const anotherField: Damage = (lines, random) => {
  const at = random.below(lines.length)
  const entry = parsed(lines[at])
  const names = Object.keys(entry)
  const name = names[random.below(names.length)] ?? 'type'
  const other = parsed(lines[random.below(lines.length)])
  const values = [null, 0, -1, 1e300, '', 'x', [], {}, [null], [{}], true, ...Object.values(other)] as const
  if (random.below(4) === 0) delete entry[name]
  else entry[name] = random.oneOf(values)
  lines[at] = JSON.stringify(entry)
}

function parsed(line: string | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(line ?? '{}') ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

const damages: readonly [Damage, ...Damage[]] = [
  leaveOut,
  leaveOut,
  cutOff,
  exchange,
  twice,
  noise,
  noise,
  anotherField,
  anotherField,
  anotherField,
]
