/** Where the first item begins whose time is later than `time`, in a list in the order of these times. */
export function firstIndexAfter<T>(items: readonly T[], timeOf: (item: T) => number, time: number): number {
  let [from, to] = [0, items.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (timeOf(items[middle] as T) > time) to = middle
    else from = middle + 1
  }
  return from
}

/** The first of these times that is later than `time`. */
export const firstAfter = (times: readonly number[], time: number): number | undefined =>
  times[firstIndexAfter(times, each => each, time)]
