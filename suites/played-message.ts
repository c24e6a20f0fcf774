import type { Verdict } from '../harness/verdict/verdict.ts'

/** What a playing process without Vitest tells the one that started it; everything else is on its timeline. */
export type PlayedMessage =
  /** It has loaded what it needs and awaits its settings. */
  | { kind: 'ready' }
  /** A scenario is over, judged by what is on the timeline of its own run. */
  | { kind: 'played'; scenario: string; verdict: Verdict }
  /** An error that no scenario caught. */
  | { kind: 'problem'; message: string; stack?: string }
  /** The run is over; the process ends. */
  | { kind: 'over' }
