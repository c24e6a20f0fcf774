import type { ControlAction, DeviceFacts } from '../../harness/device/facts.ts'
import { controlActions } from '../../harness/device/profile-control.ts'
import type { Scenario } from '../../harness/scenario.ts'

/** A line that can be added to the profile, and what it changes in what is assumed of the device and the lab. */
interface Addition {
  line: string
  add: (facts: DeviceFacts) => DeviceFacts
}

/**
 * The lines that, added to the profile, would make a scenario apply; none where the profile is not what it lacks.
 * @param conforming what a device has that does XMPP and UDP
 */
export function linesFor(
  scenario: Scenario,
  facts: DeviceFacts,
  conforming: Pick<DeviceFacts, 'xmpp' | 'udp'>,
): string[] {
  const appliesWith = (additions: readonly Addition[]) =>
    scenario.applies(additions.reduce((changed, { add }) => add(changed), facts)).applies
  let kept = additionsTo(facts, conforming)
  if (appliesWith([]) || !appliesWith(kept)) return []
  for (const addition of kept) {
    const others = kept.filter(other => other !== addition)
    if (appliesWith(others)) kept = others
  }
  return kept.map(({ line }) => line)
}

const additionsTo = (facts: DeviceFacts, conforming: Pick<DeviceFacts, 'xmpp' | 'udp'>): Addition[] => [
  ...(facts.http === false
    ? [{ line: 'features: { http: auto }', add: (of: DeviceFacts) => ({ ...of, http: 'auto' as const }) }]
    : []),
  ...(isMissing(facts.xmpp)
    ? [{ line: 'features: { xmpp: true }', add: (of: DeviceFacts) => ({ ...of, xmpp: conforming.xmpp }) }]
    : []),
  ...(facts.xmpp.server === 'external'
    ? [
        {
          line: 'xmpp: { server: embedded }',
          add: (of: DeviceFacts) => ({ ...of, xmpp: { ...of.xmpp, server: 'embedded' as const } }),
        },
      ]
    : []),
  ...(isMissing(facts.udp)
    ? [{ line: 'features: { udp: true }', add: (of: DeviceFacts) => ({ ...of, udp: conforming.udp }) }]
    : []),
  ...(facts.deviceCredentialsKnown
    ? []
    : [
        {
          line: 'acs: { authentication: { scheme: digest, username: …, password: … } }',
          add: (of: DeviceFacts) => ({ ...of, deviceCredentialsKnown: true }),
        },
      ]),
  ...(facts.secondAddress === undefined
    ? [
        {
          line: 'connectionRequest: { secondAddress: … }',
          add: (of: DeviceFacts) => ({ ...of, secondAddress: '192.0.2.11' }),
        },
      ]
    : []),
  ...controlActions.filter(action => facts.control[action] === undefined).map(action => controlAddition(action, facts)),
]

const isMissing = ({ state }: { state: string }) => state === 'left-out' || state === 'not-claimed'

const byRpcToo: readonly ControlAction[] = ['reboot', 'factoryReset']

function controlAddition(action: ControlAction, { unattended = [] }: DeviceFacts): Addition {
  const means = unattended.includes(action) ? '<shell command>' : byRpcToo.includes(action) ? 'rpc' : 'ask'
  return {
    line: `control: { ${action}: ${means} }`,
    add: of => ({ ...of, control: { ...of.control, [action]: means === 'rpc' ? 'rpc' : 'command' } }),
  }
}
