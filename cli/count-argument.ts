import { UsageProblem } from './usage-problem.ts'

/**
 * The number that an option of a program of ours was given.
 * @throws UsageProblem when it is none, or less than `least`
 */
export function countArgument(option: string, text: string, least: number): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number) || number < least)
    throw new UsageProblem(`--${option} ${text}: it must be a number of at least ${least}.`)
  return number
}
