/** A length of time for people: `250 ms`, `34.1 s`, `12 min 03 s`, `1 h 04 min`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms)
  if (size > 0 && size < 1000) return `${rounded(ms, 1)} ms`
  if (size < 59_950) return `${rounded(ms / 1000, 1)} s`
  const seconds = Math.round(size / 1000)
  const sign = ms < 0 ? '-' : ''
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`
  const minutes = Math.round(size / 60_000)
  return `${sign}${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

/** A measured time, to the millisecond where it is long and to a tenth of one where it is short. */
export function measuredText(ms: number): string {
  return Math.abs(ms) < 1000 ? `${rounded(ms, 1)} ms` : `${rounded(ms / 1000, 3)} s`
}

/** A moment for people, with its zone: `2026-03-02 08:14:05 UTC`. */
export function momentText(iso: string): string {
  const time = Date.parse(iso)
  return Number.isNaN(time) ? iso : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits
const twoDigits = (value: number) => String(value).padStart(2, '0')
