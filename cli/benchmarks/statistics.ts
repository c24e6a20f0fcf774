/** The middle value; of an even number of values the mean of the two in the middle. @throws RangeError without values */
export function median(values: readonly number[]): number {
  const ordered = inOrder(values)
  const middle = (ordered.length - 1) / 2
  return ((ordered[Math.floor(middle)] as number) + (ordered[Math.ceil(middle)] as number)) / 2
}

/**
 * The smallest value that at least `percent` of all values do not exceed (nearest rank).
 * @param percent above 0, at most 100
 * @throws RangeError without values
 */
export function percentile(values: readonly number[], percent: number): number {
  const ordered = inOrder(values)
  return ordered[Math.ceil((percent / 100) * ordered.length) - 1] as number
}

function inOrder(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('Nothing was measured.')
  return values.toSorted((a, b) => a - b)
}
