import type { OpenMessage, OpenRow } from './entry-rows.ts'

/** An answer that came later stands in a row of its own. */
const atOnceMs = 1000
/** A longer label is not read at a glance: question and answer then have a row each. */
const longestJoined = 46
/** So many RPCs of a session keep a row each. */
const mostRpcs = 2

/** Rows that say the same or belong together become one; guilty ones stay as they are. */
export const foldRows = (rows: readonly OpenRow[]): OpenRow[] => foldRepeats(foldRpcs(foldAnswers(foldCopies(rows))))

/** Copies of a datagram, whatever came between them. */
function foldCopies(rows: readonly OpenRow[]): OpenRow[] {
  const firstCopies = new Map<string, OpenMessage>()
  return rows.filter(row => {
    if (row.row !== 'message' || row.copyOf === undefined || row.guilty) return true
    const first = firstCopies.get(row.copyOf)
    if (first === undefined) firstCopies.set(row.copyOf, row)
    else extend(first, row)
    return first === undefined
  })
}

/** A question and the answer right behind it. */
function foldAnswers(rows: readonly OpenRow[]): OpenRow[] {
  const folded: OpenRow[] = []
  for (const row of rows) {
    const question = folded.at(-1)
    if (question?.row === 'message' && row.row === 'message' && answersAtOnce(question, row)) {
      question.label += ` → ${row.asAnswer}`
      question.answered = true
      const note = [question.note, row.note].filter(part => part !== undefined).join(', ')
      if (note !== '') question.note = note
      if (row.took) question.took = row.took
    } else folded.push(row)
  }
  return folded
}

const answersAtOnce = (question: OpenMessage, answer: OpenMessage) =>
  !question.guilty &&
  !answer.guilty &&
  question.exchange !== undefined &&
  question.exchange === answer.exchange &&
  answer.asAnswer !== undefined &&
  question.asAnswer === undefined &&
  question.answered === undefined &&
  question.from === answer.to &&
  question.to === answer.from &&
  question.times === 1 &&
  answer.at - question.at < atOnceMs &&
  question.label.length + answer.asAnswer.length + 3 <= longestJoined

/** Many RPCs of one session behind each other. */
function foldRpcs(rows: readonly OpenRow[]): OpenRow[] {
  const folded: OpenRow[] = []
  for (let index = 0; index < rows.length; ) {
    const first = rows[index]!
    let end = index + 1
    if (isFoldableRpc(first)) while (isFoldableRpc(rows[end]) && rpcOf(rows[end]) === first.rpcOf) end++
    const run = rows.slice(index, end) as OpenMessage[]
    if (run.length > mostRpcs) folded.push(manyRpcs(run))
    else folded.push(...rows.slice(index, end))
    index = end
  }
  return folded
}

const rpcOf = (row: OpenRow | undefined) => (row?.row === 'message' ? row.rpcOf : undefined)
const isFoldableRpc = (row: OpenRow | undefined): row is OpenMessage =>
  row?.row === 'message' && row.rpcOf !== undefined && row.answered === true && !row.guilty && row.note === undefined

function manyRpcs(run: readonly OpenMessage[]): OpenMessage {
  const counts = new Map<string, number>()
  for (const { label } of run) {
    const method = label.replace(/ → .*/, '')
    counts.set(method, (counts.get(method) ?? 0) + 1)
  }
  const note = [...counts].map(([method, count]) => (count > 1 ? `${method} ×${count}` : method)).join(', ')
  return { ...run[0]!, label: `${run.length} RPCs → Responses`, note, until: run.at(-1)!.at }
}

/** The same message again and again: in quick succession, or as the keep-alive of a binding or stream. */
function foldRepeats(rows: readonly OpenRow[]): OpenRow[] {
  const folded: OpenRow[] = []
  for (const row of rows) {
    const before = folded.at(-1)
    if (before?.row === 'message' && row.row === 'message' && isRepeat(before, row)) extend(before, row)
    else folded.push(row)
  }
  return folded
}

const keepAlives = /^(Binding Request|white space)/

const isRepeat = (before: OpenMessage, row: OpenMessage) =>
  (row.at - (before.until ?? before.at) < atOnceMs || keepAlives.test(row.label)) &&
  !before.guilty &&
  !row.guilty &&
  before.from === row.from &&
  before.to === row.to &&
  before.kind === row.kind &&
  before.label === row.label &&
  before.note === row.note &&
  before.lost === row.lost

function extend(first: OpenMessage, row: OpenMessage): void {
  first.times += row.times
  first.until = Math.max(first.until ?? first.at, row.until ?? row.at)
  if (first.took && row.took)
    first.took = { least: Math.min(first.took.least, row.took.least), most: Math.max(first.took.most, row.took.most) }
}
