/** The candidate that takes the fewest changed, added or left out characters to reach, whatever the case of letters. */
export function nearestId(id: string, candidates: readonly string[]): string | undefined {
  let nearest: { candidate: string; distance: number } | undefined
  for (const candidate of candidates) {
    const distance = editDistance(id.toUpperCase(), candidate.toUpperCase())
    if (nearest === undefined || distance < nearest.distance) nearest = { candidate, distance }
  }
  return nearest?.candidate
}

/** Levenshtein's distance, row by row. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, fromCharacter] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, toCharacter] of [...to].entries()) {
      const replaced = at(previous, column) + (fromCharacter === toCharacter ? 0 : 1)
      current.push(Math.min(replaced, at(previous, column + 1) + 1, at(current, column) + 1))
    }
    previous = current
  }
  return at(previous, to.length)
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Number.POSITIVE_INFINITY
}
