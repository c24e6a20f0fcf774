import type { SyntaxProblem } from '../../timeline/entry.ts'

/** Notes a problem; the second one of the same code is dropped. */
export type NoteProblem = (code: string, text: string) => void

export interface ProblemList {
  readonly problems: SyntaxProblem[]
  note: NoteProblem
}

/** A list of syntax problems, one of each code, in the order in which they were found. */
export function createProblemList(): ProblemList {
  const problems: SyntaxProblem[] = []
  return {
    problems,
    note(code, text) {
      if (!problems.some(problem => problem.code === code)) problems.push({ code, text })
    },
  }
}
