import { fileURLToPath } from 'node:url'
import type { Benchmark, BenchmarkConditions, Figure } from '../benchmark.ts'
import { type CertificateFiles, writeCertificate } from '../certificate-files.ts'
import { type ChildProcess, endOf, startScript } from '../child-process.ts'
import { median, percentile } from '../statistics.ts'
import { domain } from './accounts.ts'
import type { IdleStreams, IdleStreamsResult } from './idle-streams.ts'
import { portsSaidBy, startEmbedded } from './servers.ts'

const streamsScript = fileURLToPath(new URL('./idle-streams.js', import.meta.url))
const bareServerScript = fileURLToPath(new URL('./bare-tls-server.js', import.meta.url))
const bareClientsScript = fileURLToPath(new URL('./bare-tls-clients.js', import.meta.url))

const targetBytes = 40_000
const targetMs = 10

/** What thousands of devices cost that are connected and have nothing to do. */
export const xmppIdleStreams: Benchmark = {
  name: 'xmpp-idle-streams',
  about: 'memory of idle client streams under TLS, and a Connection Request to any of them',
  async measure(conditions) {
    const count = conditions.quick ? 500 : 5000
    const certificate = await writeCertificate(domain, conditions.directory, conditions.clock)
    const bare = process.platform === 'linux' ? await bytesPerConnection(count, certificate, conditions) : undefined
    const { bytes, latenciesMs } = await streams(count, certificate, conditions)
    return [...(bare === undefined ? [] : memoryFigures(count, bytes, bare)), answerFigure(count, latenciesMs)]
  },
}

/** What a connection costs in a process that has nothing but Node's TLS server. */
async function bytesPerConnection(
  count: number,
  { ca, keyFile, certificateFile }: CertificateFiles,
  { clock }: BenchmarkConditions,
): Promise<number> {
  await using server = startScript(bareServerScript, [keyFile, certificateFile], clock)
  const [port] = await portsSaidBy(server)
  const before = await memoryOf(server, 1)
  await using clients = startScript(bareClientsScript, [String(port), ca, String(count)], clock)
  await clients.lineLike(/^open/)
  return ((await memoryOf(server, 2)) - before) / count
}

async function streams(
  count: number,
  certificate: CertificateFiles,
  { clock, directory, quick }: BenchmarkConditions,
): Promise<{ bytes: number; latenciesMs: number[] }> {
  await using server = await startEmbedded({ clock, directory, certificate, accounts: count })
  const { place, child } = server
  const before = await memoryOf(child, 1)
  const task: IdleStreams = { place, count, requests: quick ? 50 : 500 }
  await using clients = startScript(streamsScript, [JSON.stringify(task)], clock)
  await clients.lineLike(/^open/)
  const after = await memoryOf(child, 2)
  clients.signal('SIGUSR2')
  await endOf(clients)
  const { latenciesMs } = JSON.parse(clients.lines.at(-1) ?? '') as IdleStreamsResult
  return { bytes: (after - before) / count, latenciesMs }
}

/** What the process says of its memory, in bytes, when it is asked for the nth time. */
async function memoryOf(server: ChildProcess, nth: number): Promise<number> {
  server.signal('SIGUSR2')
  const answer = `memory ${nth} `
  await server.lineLike(new RegExp(`^${answer}`))
  return Number(server.lines.find(line => line.startsWith(answer))?.slice(answer.length))
}

function memoryFigures(count: number, bytes: number, bare: number): Figure[] {
  const value = (bytes - bare) / 1000
  return [
    {
      name: 'xmpp-idle-stream-memory',
      value,
      unit: 'kB',
      target: targetBytes / 1000,
      note: `a stream beyond a bare TLS connection, its entries on the timeline included; ${count} of each, resident memory after garbage collection: ${(bytes / 1000).toFixed(1)} and ${(bare / 1000).toFixed(1)} kB`,
    },
  ]
}

const answerFigure = (count: number, latenciesMs: readonly number[]): Figure => ({
  name: 'xmpp-idle-stream-answer',
  value: median(latenciesMs),
  unit: 'ms',
  target: targetMs,
  note: `median of ${latenciesMs.length} Connection Requests to any of ${count} devices, 99th percentile ${percentile(latenciesMs, 99).toFixed(2)} ms, largest ${Math.max(...latenciesMs).toFixed(2)} ms`,
})
