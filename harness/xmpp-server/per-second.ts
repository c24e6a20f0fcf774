import type { Clock } from '../clock/clock.ts'

/** Adds up amounts. @returns a function that takes an amount and gives the sum within the current second */
export function sumPerSecond(clock: Pick<Clock, 'now'>): (amount: number) => number {
  let second = 0
  let sum = 0
  return amount => {
    const current = Math.floor(clock.now() / 1000)
    if (current !== second) sum = 0
    second = current
    return (sum += amount)
  }
}
