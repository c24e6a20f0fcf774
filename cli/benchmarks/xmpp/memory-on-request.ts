import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../../../harness/clock/clock.ts'

/** So that memory that is free also goes back to the system. */
const collections = 5
const betweenCollectionsMs = 200

/** At the nth SIGUSR2 this process says `memory N BYTES`: its resident memory without garbage. */
export function tellMemoryOnRequest(clock: Clock): void {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  let times = 0
  const tell = async () => {
    for (let n = 0; n < collections; n++) {
      collectGarbage()
      await clock.sleep(betweenCollectionsMs)
    }
    console.log(`memory ${++times} ${process.memoryUsage.rss()}`)
  }
  process.on('SIGUSR2', () => void tell())
}
