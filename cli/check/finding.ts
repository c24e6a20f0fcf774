/** What a finding is about, in the order in which findings are printed. */
export type Subject =
  | 'profile'
  | 'baseline'
  | 'clock'
  | 'port'
  | 'firewall'
  | 'acs'
  | 'xmpp'
  | 'stun'
  | 'address'
  | 'route'
  | 'certificate'
  | 'device'

/** One thing that was looked at. With a `problem` a run would fail, or say something wrong. */
export interface Finding {
  about: Subject
  state: 'fine' | 'note' | 'problem'
  /** A sentence, or several, for people. */
  text: string
  /** What belongs to it, a line each: for example lines of YAML to write. */
  lines?: string[]
  /** A device that calls the ACS all the same shows that it is none. */
  disprovedByCall?: true
  /** What to do about it. */
  todo?: string
}

/** Whether a run may be begun. */
export const isReady = (findings: readonly Finding[]): boolean => findings.every(({ state }) => state !== 'problem')

export const fine = (about: Subject, text: string): Finding => ({ about, state: 'fine', text })

export const note = (about: Subject, text: string, todo?: string): Finding => ({
  about,
  state: 'note',
  text,
  ...(todo === undefined ? {} : { todo }),
})

/** A problem that a device disproves which calls the ACS. */
export const problemUnlessCalled = (about: Subject, text: string, todo: string): Finding => ({
  ...problem(about, text, todo),
  disprovedByCall: true,
})

export const problem = (about: Subject, text: string, todo: string): Finding => ({
  about,
  state: 'problem',
  text,
  todo,
})
