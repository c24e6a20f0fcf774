import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { type Prerequisite, prerequisitesOf } from '../test-plan/prerequisites.ts'
import type { RunPlan } from './run-plan.ts'

/** What is needed, in a few words; parameters and RPCs speak for themselves. */
const phrases: Record<string, string> = {
  'http-server': 'its ConnectionRequestURL can be reached',
  'no-nat': 'no NAT stands between',
  'http-credentials': 'it accepts its Connection Request credentials',
  'http-session': 'it calls after a request by HTTP',
  'http-or-xmpp-session': 'it calls after a request by HTTP or XMPP',
  xmpp: 'it has XMPP',
  'xmpp-connection': 'it takes its XMPP settings',
  'xmpp-stream': 'it connects by XMPP',
  'xmpp-session': 'it calls after a request by XMPP',
  udp: 'it has UDP and STUN',
  'stun-settings': 'it takes its STUN settings',
  binding: 'it announces a binding',
  'udp-session': 'it calls after a request by UDP',
}

/** What the profile says, and no probe has to confirm. */
const declared: Record<string, string> = {
  'embedded-server': 'the embedded XMPP server',
  'device-credentials': 'acs.authentication',
  'second-address': 'connectionRequest.secondAddress',
}

/** What this machine says where the profile says nothing. */
const ofMachine: Record<string, string> = { 'second-address': 'a second address' }

/**
 * Why a scenario would be played: what it needs, and who says that it is so.
 * @param facts of a device to which it applies
 * @param found what of it was found on this machine, and is not in the profile
 */
export function whyItRuns(
  scenario: Scenario,
  facts: DeviceFacts,
  { basis, found }: { basis: RunPlan['basis']; found: readonly string[] },
): string {
  if (Object.keys(scenario.metrics).length > 0 && scenario.windows(facts).length === 0)
    return 'Judged over the whole run, whatever is played.'
  const needed = withoutImplied(prerequisitesOf(scenario, facts))
  const isOfMachine = ({ id }: Prerequisite) => ofMachine[id] !== undefined && found.includes(id)
  const onMachine = needed.filter(isOfMachine).flatMap(({ id }) => ofMachine[id] ?? [])
  const fromProfile = needed.flatMap(need => (isOfMachine(need) ? [] : (declaredText(need, facts) ?? [])))
  const ofDevice = needed
    .filter(need => declaredText(need, facts) === undefined)
    .map(({ id }) => phrases[id] ?? plain(id))
  const inDevice = basis === 'simulated device' ? 'Found in the device' : 'Assumed until the probe'
  return [
    ...(fromProfile.length === 0 ? [] : [`Declared: ${fromProfile.join(', ')}.`]),
    ...(onMachine.length === 0 ? [] : [`Found on this machine: ${onMachine.join(', ')}.`]),
    ...(ofDevice.length === 0 ? [] : [`${inDevice}: ${ofDevice.join(', ')}.`]),
    ...(needed.length === 0 ? ['It applies to every device.'] : []),
  ].join(' ')
}

function withoutImplied(needed: readonly Prerequisite[]): Prerequisite[] {
  const implied = new Set(needed.flatMap(({ implies = [] }) => implies))
  return needed.filter(({ id }) => !implied.has(id))
}

function declaredText({ id }: Prerequisite, { control }: DeviceFacts): string | undefined {
  const action = /^control\.(.+)$/.exec(id)?.[1] as keyof typeof control | undefined
  return action === undefined ? declared[id] : `${id} (${meansWords[control[action] ?? 'command']})`
}

const meansWords = { rpc: 'rpc', ask: 'ask', command: 'a command', 'in-process': 'in process' }

/** `rpc Reboot`, or the full name of a parameter. */
const plain = (id: string) =>
  id.startsWith('rpc ') ? `it has the RPC ${id.slice(4)}` : `${id.split('.').at(-1)} can be set`
