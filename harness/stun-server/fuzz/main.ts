import { fuzzProgram } from '../../fuzzing/fuzz-program.ts'
import { fuzz } from './fuzz.ts'

await fuzzProgram({
  count: 500_000,
  fuzz,
  describe: ({ throughSocket, answered }) => ({
    inputs: `datagrams (${throughSocket} through a socket)`,
    further: [`${answered} answered`],
  }),
})
