import type { Milliseconds } from '../clock/clock.ts'

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/**
 * Reads a duration with its unit: `500ms`, `5s`, `1.5m`, `2h`.
 * @returns milliseconds, or `undefined` where the text is none
 */
export function parseDuration(text: string): Milliseconds | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)\s*$/.exec(text)
  if (!match) return undefined
  return Number(match[1]) * (unitMs[match[2] as string] as number)
}

/** Milliseconds for people: `350 ms`, `12 s`, `1 min 30 s`. */
export function formatDuration(ms: Milliseconds): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${Number((ms / 1000).toFixed(1))} s`
  const seconds = Math.round(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return parts
    .map((value, index) => (value > 0 ? `${value} ${['h', 'min', 's'][index]}` : ''))
    .filter(part => part !== '')
    .join(' ')
}
