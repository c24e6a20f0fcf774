import { expect, test } from 'vitest'
import { buildRunRecord } from './build-run-record.ts'
import { findingsWith, repeatCommand } from './findings.ts'
import type { RunRecord } from './run-record.ts'
import { sampleEvidence } from './sample-run.ts'

const evidence = sampleEvidence()

/** The command for the first breach of the sample run, started with that profile. */
function commandWith(profilePath: string | undefined): string {
  const [start, ...others] = evidence.entries
  if (start?.type !== 'run-started') throw new Error('The sample does not begin with run-started.')
  const { profilePath: _, ...without } = start
  const begun = profilePath === undefined ? without : { ...without, profilePath }
  const record: RunRecord = buildRunRecord({ ...evidence, entries: [begun, ...others] })
  const [finding] = findingsWith(record, 'fail')
  return finding ? repeatCommand(record, finding) : 'no finding'
}

test('what is run again is the profile that was named, so that it works where the run was started', () => {
  expect(commandWith('shelf/rg500.yaml')).toBe('connreq run shelf/rg500.yaml --only http-duplicates')
  expect(commandWith('my shelf/it.yaml')).toBe("connreq run 'my shelf/it.yaml' --only http-duplicates")
})

test('where nobody noted it, it is not guessed', () => {
  expect(commandWith(undefined)).toBe('connreq run PROFILE --only http-duplicates')
})
