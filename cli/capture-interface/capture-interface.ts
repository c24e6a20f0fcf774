import { rmSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../harness/clock/clock.ts'
import type { CaptureBesideRun } from '../../reports/interface-capture.ts'
import { UsageProblem } from '../usage-problem.ts'
import { captureFilter } from './capture-filter.ts'
import { CaptureRefused, startCaptureProcess } from './capture-process.ts'
import { type FoundProgram, findCaptureProgram } from './capture-program.ts'

/** A capture beside a run. */
export interface InterfaceCapture extends AsyncDisposable {
  readonly path: string
  readonly program: string
  readonly filter: string
  /** Call it now and then: it sees to the size of the file. */
  look(): void
  /** Ends it and says what came of it. */
  stop(): Promise<CaptureBesideRun>
}

export interface InterfaceCaptureOptions {
  /** As dumpcap and tcpdump name it: `eth0`, `any`. */
  interface: string
  /** In the language of pcap-filter(7), in the place of that which is made from the addresses of the interface. */
  filter?: string
  runDirectory: string
  clock: Clock
  /** TCP ports of ours that are none of the device's business. */
  notPorts?: readonly number[]
  /** Bytes; a gigabyte unless told. */
  largest?: number
  /** The program; the first that is there unless told. */
  found?: FoundProgram | undefined
}

const largestCapture = 1_000_000_000

/** No option, no path and no place on another machine, all of which dumpcap would take. */
const interfaceName = /^(?!-|TCP@|rpcap:)[^\s/\\\0]{1,64}$/

/**
 * Starts to capture what goes over an interface, into the run directory. It resolves when packets are being taken in.
 * @throws UsageProblem when it cannot be done, with what to do; no file is left then
 */
export async function captureInterface(options: InterfaceCaptureOptions): Promise<InterfaceCapture> {
  const { interface: name, runDirectory, clock, notPorts = [], largest = largestCapture } = options
  if (!interfaceName.test(name))
    throw new UsageProblem(`--capture takes the name of an interface, such as eth0 or any.`)
  const found = 'found' in options ? options.found : findCaptureProgram()
  if (!found)
    throw new UsageProblem(
      'Neither dumpcap nor tcpdump is there to capture with; install one of them, for example with "apt install tcpdump", or leave --capture out.',
    )
  const filter = options.filter ?? captureFilter(name, networkInterfaces(), notPorts)
  const { program } = found
  const file = `capture-${name.replaceAll(/[^\w.-]/g, '-')}${program.fileExtension}`
  const path = join(runDirectory, file)
  const capturing = await startCaptureProcess(found, { interface: name, filter, largest }, { file: path, clock }).catch(
    error => {
      rmSync(path, { force: true })
      throw error instanceof CaptureRefused ? refusal(name, found, error.message) : error
    },
  )
  let stopped: Promise<CaptureBesideRun> | undefined
  const stop = () =>
    (stopped ??= capturing.stop().then(end => ({ interface: name, file, program: program.name, filter, ...end })))
  return {
    path,
    program: program.name,
    filter,
    look: () => capturing.look(),
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}

function refusal(name: string, { program, path }: FoundProgram, said: string): UsageProblem {
  const rights = /permission|not permitted|privilege/i.test(said)
    ? ` It needs the right to capture: run connreq as root, or give the right to ${program.name} alone with "setcap cap_net_raw,cap_net_admin+eip ${path}".`
    : ` Look at --capture and --capture-filter; "${program.name} -D" lists the interfaces.`
  return new UsageProblem(`${program.name} does not capture on ${name}: ${said}${rights}`)
}
