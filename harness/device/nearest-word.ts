/** The known word that takes the fewest changed, added or left out characters to reach, whatever the case of letters. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  return ranked(word, known)[0]?.other
}

/** The same, but only when it is close enough to be meant. */
export function meantWord(word: string, known: readonly string[]): string | undefined {
  const best = ranked(word, known)[0]
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3)) ? best.other : undefined
}

const ranked = (word: string, known: readonly string[]) =>
  known
    .map(other => ({ other, distance: editDistance(word.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substituted, (previous[j] as number) + 1, (row[j - 1] as number) + 1))
    }
    previous = row
  }
  return previous[b.length] as number
}
