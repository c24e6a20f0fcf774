import { describe, expect, test } from 'vitest'
import { command } from '../../../fixtures/nat/lab-command.ts'
import type { Place } from '../places.ts'
import { firewallFindings } from './firewall.ts'
import { type Printed, readFirewall, type User } from './read-firewall.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
]
const acs: Place = { server: 'ACS', setting: 'acs.listen', protocol: 'tcp', address: '0.0.0.0', port: 7547 }
const stun: Place = { server: 'STUN server', setting: 'stun.listen', protocol: 'udp', address: '0.0.0.0', port: 3478 }

/** What is found where nft and iptables print this. */
function found(
  printed: Record<string, string | Printed>,
  device?: string,
  { places = [acs, stun], user = 'another' }: { places?: Place[]; user?: User } = {},
) {
  const run = (program: string): Printed => {
    const output = printed[program] ?? { missing: true }
    return typeof output === 'string' ? { printed: output } : output
  }
  const firewall = readFirewall({ run, user })
  return firewallFindings(firewall, places, { address: device, machine })
}
const states = (findings: ReturnType<typeof found>) => findings.map(({ state }) => state)

/** What nft prints of these rules, which hold in a network namespace of their own. */
const nft = (rules: string): string => command('unshare', ['-n', 'sh', '-c', 'nft -f - && nft -j list ruleset'], rules)

/** Why no rules can be tried on this machine; `undefined` where they can. */
function whyNotHere(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may write firewall rules'
  try {
    nft('')
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
const reason = whyNotHere()
if (reason !== undefined) console.log(`The tests with rules of nftables are skipped: ${reason}.`)

const usual = (more: string) => `
table inet filter {
  set lab {
    type ipv4_addr
    flags interval
    elements = { 10.0.0.0/8, 192.0.2.0/25 }
  }
  map verdicts {
    type inet_service : verdict
    elements = { 7547 : accept, 23 : drop }
  }
  chain lab {
    tcp dport 7000-8000 accept
    return
  }
  chain input {
    type filter hook input priority 0; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport { 22, 80 } accept
    ${more}
  }
}`

describe.skipIf(reason !== undefined)('rules of nftables', () => {
  test.each([
    ['a policy that drops', '', undefined, ['problem', 'problem']],
    ['a port let in', 'tcp dport 7547 accept', undefined, ['problem']],
    ['both let in', 'meta l4proto { tcp, udp } th dport { 3478, 7547 } accept', undefined, ['fine']],
    ['by a chain of its own', 'jump lab\n udp dport 3478 accept', undefined, ['fine']],
    ['by a verdict map', 'tcp dport vmap { 7547 : accept }\n udp dport 3478 accept', undefined, ['fine']],
    ['by a named verdict map', 'tcp dport vmap @verdicts\n udp dport 3478 accept', undefined, ['fine']],
    ['only from the lab, of a device that may be anywhere', 'ip saddr @lab accept', undefined, ['note', 'note']],
    ['only from the lab, of a device there', 'ip saddr @lab accept', '192.0.2.7', ['fine']],
    ['only from the lab, of a device elsewhere', 'ip saddr @lab accept', '192.0.2.200', ['problem', 'problem']],
    ['from all but one network', 'ip saddr != 10.1.0.0/16 accept', '10.1.2.3', ['problem', 'problem']],
    ['by the interface of the device', 'iifname "eth*" accept', '192.0.2.7', ['fine']],
    ['by the interface of another', 'iifname "wg0" accept', '192.0.2.7', ['problem', 'problem']],
    ['as often as a limit allows', 'tcp dport 7547 limit rate 5/second accept', undefined, ['note', 'problem']],
    ['IPv6 only', 'meta nfproto ipv6 accept', undefined, ['problem', 'problem']],
    ['rejected before it is let in', 'tcp dport 7547 reject\n accept', undefined, ['problem']],
  ])('%s', (_, more, device, expected) => {
    expect(states(found({ nft: nft(usual(more)) }, device))).toEqual(expected)
  })

  test('which chain drops, and what to do', () => {
    const [policy] = found({ nft: nft(usual('')) })
    expect(policy).toMatchInlineSnapshot(`
      {
        "about": "firewall",
        "disprovedByCall": true,
        "state": "problem",
        "text": "The firewall of this machine drops what comes to TCP port 7547 (ACS): table inet filter of nftables, the policy of chain input.",
        "todo": "Let it in: sudo nft insert rule inet filter input tcp dport 7547 accept",
      }
    `)
    const [rule] = found({ nft: nft(usual('ip protocol tcp log drop comment "no TCP"\n accept')) })
    // Its number is up to the version of nft.
    expect(rule?.text.replace(/rule \d+/, 'rule N')).toBe(
      'The firewall of this machine drops what comes to TCP port 7547 (ACS): table inet filter of nftables, chain input: rule N "no TCP" (ip protocol tcp, log, drop).',
    )
  })

  test('firewalld and ufw have commands of their own', () => {
    const firewalld = nft(usual('').replace('inet filter', 'inet firewalld'))
    expect(found({ nft: firewalld })[0]?.todo).toBe('Let it in: sudo firewall-cmd --add-port=7547/tcp')
    const rules = nft(usual(''))
    expect(found({ nft: rules.replaceAll('"lab"', '"ufw-user-input"') })[1]?.todo).toMatchInlineSnapshot(
      `"Let it in: sudo ufw allow 3478/udp"`,
    )
  })

  test('no rules at all', () => {
    expect(found({ nft: nft('') }).map(({ text }) => text)).toMatchInlineSnapshot(`
      [
        "This machine has no firewall rules for what comes in.",
      ]
    `)
  })
})

describe('rules of iptables', () => {
  const saved = (more: string, policy = 'DROP') => `*nat
:INPUT ACCEPT [0:0]
COMMIT
*filter
:INPUT ${policy} [12:800]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:f2b-sshd - [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
${more}
-A f2b-sshd -s 198.51.100.1/32 -j REJECT --reject-with icmp-port-unreachable
-A f2b-sshd -j RETURN
COMMIT
`
  test.each([
    ['a policy that drops', '', undefined, ['problem', 'problem']],
    [
      'let in',
      '-A INPUT -p tcp -m tcp --dport 7547 -j ACCEPT\n-A INPUT -p udp -m udp --dport 3400:3500 -j ACCEPT',
      undefined,
      ['fine'],
    ],
    ['all but one network', '-A INPUT ! -s 192.0.2.0/24 -j ACCEPT', '192.0.2.7', ['problem', 'problem']],
    [
      'a network',
      '-A INPUT -s 192.0.2.0/24 -i eth+ -m comment --comment "the lab -j DROP" -j ACCEPT',
      '192.0.2.7',
      ['fine'],
    ],
    ['what is not known', '-A INPUT -m owner --uid-owner 0 -j ACCEPT', undefined, ['note', 'note']],
  ])('%s', (_, more, device, expected) => {
    expect(states(found({ 'iptables-save': saved(more) }, device))).toEqual(expected)
  })

  test('the rule that drops is named', () => {
    const [dropped] = found({ 'iptables-save': saved('-A INPUT -p tcp -j DROP', 'ACCEPT') })
    expect(dropped).toMatchInlineSnapshot(`
      {
        "about": "firewall",
        "disprovedByCall": true,
        "state": "problem",
        "text": "The firewall of this machine drops what comes to TCP port 7547 (ACS): iptables, chain INPUT: -p tcp -j DROP.",
        "todo": "Let it in: sudo iptables -I INPUT -p tcp --dport 7547 -j ACCEPT",
      }
    `)
  })
})

test('what may not be read, and what is not installed, is said', () => {
  const refused = { refused: 'Operation not permitted (you must be root)' }
  expect(found({ nft: refused }, undefined, { places: [acs] })).toMatchInlineSnapshot(`
    [
      {
        "about": "firewall",
        "state": "note",
        "text": "The firewall of this machine could not be read: nft is for root only.",
        "todo": "See yourself that it lets TCP port 7547 (ACS) in: sudo nft list ruleset, or sudo iptables-save.",
      },
    ]
  `)
  expect(found({ nft: { refused: 'netlink: Error: cache initialization failed' } })[0]?.text).toMatchInlineSnapshot(
    `"The firewall of this machine could not be read: nft said "netlink: Error: cache initialization failed"."`,
  )
  expect(found({})[0]?.text).toMatchInlineSnapshot(
    `"The firewall of this machine could not be read: neither nft nor iptables-save is installed."`,
  )
})

test('nothing is said of what listens on loopback alone', () => {
  expect(found({}, undefined, { places: [{ ...acs, address: '127.0.0.1' }] })).toEqual([])
})

test('what root is refused too is told in the words of the program', () => {
  const refused = { refused: 'Operation not permitted (you must be root)' }
  expect(found({ nft: refused }, undefined, { user: 'root' })[0]?.text).toBe(
    'The firewall of this machine could not be read: nft said "Operation not permitted (you must be root)".',
  )
})

test.each([
  ['no JSON', 'table inet filter {'],
  ['nothing', ''],
  ['other JSON', '{"nftables": 5}'],
  ['rules of another shape', '{"nftables": [{"table": {"family": "ip", "name": "t"}}, null]}'],
])('%s from nft leaves the firewall unread', (_, output) => {
  const findings = found({ nft: output, 'iptables-save': '' })
  expect(findings[0]).toMatchObject({
    state: 'note',
    text: 'The firewall of this machine could not be read: nft printed what is not understood here.',
  })
  expect(states(findings)).toEqual(['note'])
})
