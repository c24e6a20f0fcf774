/** Lengths of time as reports write them: `250 ms`, `34.1 s`, `12 min 03 s`. Bounded, because devices write texts too. */
const part = String.raw`\d{1,9}(?:\.\d{1,9})? (?:ms|s|min|h)\b`
const lengthOfTime = new RegExp(String.raw`(?<![\d.])${part}(?: ${part}){0,2}`, 'g')

const msOf = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }

/** Within which two lengths of time count as the same: a tenth of the first, or what nobody can tell apart. */
const tolerance = { share: 0.1, ms: 5 }

/** Whether two texts are the same, or differ only in lengths of time that are about the same. */
export function sameButForTimes(before: string, after: string): boolean {
  if (before === after) return true
  if (before.replace(lengthOfTime, '…') !== after.replace(lengthOfTime, '…')) return false
  const now = timesIn(after)
  return timesIn(before).every((ms, index) => {
    const difference = Math.abs((now[index] ?? Number.NaN) - ms)
    return difference <= Math.max(tolerance.ms, tolerance.share * ms)
  })
}

const timesIn = (text: string) => [...text.matchAll(lengthOfTime)].map(([time]) => milliseconds(time))

function milliseconds(time: string): number {
  const words = time.split(' ')
  return words.reduce((sum, word, index) => {
    const unit = words[index + 1]
    return unit !== undefined && unit in msOf ? sum + Number(word) * msOf[unit as keyof typeof msOf] : sum
  }, 0)
}
