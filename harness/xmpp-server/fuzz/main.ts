import { fuzzProgram } from '../../fuzzing/fuzz-program.ts'
import { fuzz } from './fuzz.ts'

await fuzzProgram({
  count: 200_000,
  fuzz,
  describe: ({ throughServer }) => ({ inputs: `inputs (${throughServer} through the server)`, further: [] }),
})
