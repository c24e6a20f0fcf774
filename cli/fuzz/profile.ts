import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseProfile, ProfileError } from '../../harness/device/read-profile.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { packageRoot } from '../package-root.ts'

const full = `device: { name: ACME, firmware: "1.2" }
features: { http: auto, udp: false, xmpp: true }
acs:
  listen: 0.0.0.0:7547
  url: https://acs.lab.example:7547/acs
  tls: { key: key.pem, certificate: cert.pem }
  authentication: { scheme: digest, username: a, password: b, algorithm: SHA-256 }
connectionRequest: { username: u, password: p, secondAddress: "192.0.2.11" }
xmpp: { listen: "0.0.0.0:5222", domain: xmpp.lab.example, advertise: 192.0.2.10 }
stun: { listen: "0.0.0.0:3478", advertise: 192.0.2.10 }
control: { start: on, reboot: rpc, valueChange: ask }
timing: { idle: 5s, watch: 2m, rateLimit: 1h }
baseline:
  knownFailures:
    - { requirement: CR-GEN-08, metric: http-duplicates.onlyOne, reason: mended in 2.5, until: 2027-01-31 }
`
const anchored = 'device: &d { name: a }\nacs: *d\nx: [*d, *d, *d]\n<<: *d\n'

const ingredientsWith = (examples: readonly Buffer[]): Ingredients => ({
  samples: [Buffer.from(full), Buffer.from(anchored), ...examples],
  tokens: [
    ': ',
    '\n',
    '\n  ',
    '\t',
    '- ',
    '? ',
    '[',
    ']',
    '{',
    '}',
    '{{',
    '"',
    "'",
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '&a [*a]',
    'a: &a [x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n',
    '<<: *d\n',
    '!!binary ',
    '!!js/function ',
    '!!map ',
    '!!set ',
    '!!omap ',
    '!<tag:x> ',
    '%YAML 1.1\n---\n',
    '%TAG ! tag:x\n---\n',
    '---\n',
    '...\n',
    '__proto__: { polluted: true }\n',
    'constructor: { prototype: { polluted: true } }\n',
    'acs: { __proto__: { polluted: true } }\n',
    '~',
    'null',
    '.nan',
    '-.inf',
    '1e999',
    '0x7fffffffffffffff',
    '99999999999999999999h',
    '[[[[[[[[[[',
    '#',
    '\u2028',
    '\ufeff',
    '\0',
    'on',
    '2027-02-30',
  ],
})

/** Characters of a refusal: 50 problems of which each names a key of the profile. */
const mostSaid = 100_000

/** What people and generators write as a profile: it is read, or refused with a sentence for each problem. */
export const profile: FuzzTarget = {
  name: 'profile',
  inputs: 'profiles',
  count: 1000,
  // Looking for keys that are given twice takes longer the more there are; a megabyte is read at most.
  longestMs: 5000,
  async open() {
    const examples = ['example.yaml', 'simulate.yaml'].map(name =>
      readFileSync(join(packageRoot, 'fixtures', 'profiles', name)),
    )
    const ingredients = ingredientsWith(examples)
    return {
      make: random => mutated(random, ingredients),
      feed(input) {
        const refusal = refusalOf(input)
        if (refusal !== undefined && (!refusal.startsWith('profile.yaml') || refusal.length > mostSaid))
          throw new Error(`It does not say where, or too much: ${refusal.slice(0, 1000)}`)
        if ('polluted' in {}) throw new Error('The prototype of all objects was changed.')
      },
      async [Symbol.asyncDispose]() {},
    }
  },
}

/** What is said against it; nothing where it is read. */
function refusalOf(input: Buffer): string | undefined {
  try {
    JSON.stringify(parseProfile(input.toString('utf8'), 'profile.yaml'))
    return undefined
  } catch (error) {
    if (error instanceof ProfileError) return error.message
    throw error
  }
}
