import type { Random } from './random.ts'

/** Something that reads what others send. */
export interface FuzzTarget {
  /** For `--only`, such as `soap`. */
  name: string
  /** What is thrown at it, in words: "envelopes". */
  inputs: string
  /** How many unless something else is said. */
  count: number
  /** The longest that one input may take, in milliseconds; a second by default. */
  longestMs?: number
  open(): Promise<OpenTarget | { skipped: string }>
}

/** A target that is ready to be fed. */
export interface OpenTarget extends AsyncDisposable {
  /** An input that depends on nothing but chance. */
  make(random: Random): Buffer
  /**
   * Feeds it. What happens depends on nothing but the input, so that smaller ones can be tried.
   * @throws where something broke that must not
   */
  feed(input: Buffer): void | Promise<void>
  /** After all inputs. @throws where others are not served any more */
  finish?(): Promise<void>
}
