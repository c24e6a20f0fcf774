import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { labAddresses } from '../../fixtures/nat/nat-lab.ts'

const acsPort = 7547
const devicePort = 30_005
const stunPort = 3478
const account = { username: 'simulated-cpe', password: 'its-acs-password' }

/** Where the device finds the ACS: outside, beyond the NAT. */
const acsUrl = `http://${labAddresses.outside}:${acsPort}/acs`

/** What `connreq simulate` is told, besides which it is told nothing: STUN it learns from the ACS. */
export const deviceArguments = [
  'simulate',
  '--json',
  ...['--acs', acsUrl, '--listen', `${labAddresses.device}:${devicePort}`],
  ...['--username', account.username, '--password', account.password],
]

/** Says that the device has been powered on. */
export const deviceIsOn = /"event":"booted"/
/** Says that the ACS listens. */
export const acsListens = /first Inform/

/** Where the process number of the device is kept, for what the profile does to it. */
const processNumberFile = 'device.pid'

export const noteDevice = (directory: string, pid: number) =>
  writeFileSync(join(directory, processNumberFile), String(pid))

/** Writes the profile of the lab into a directory. @returns its path */
export function writeProfile(directory: string): string {
  const path = join(directory, 'profile.yaml')
  writeFileSync(
    path,
    stringify({
      device: { name: 'behind-nat' },
      features: { http: 'auto', udp: true, xmpp: false },
      acs: { listen: `${labAddresses.outside}:${acsPort}`, authentication: { scheme: 'digest', ...account } },
      stun: { listen: `${labAddresses.outside}:${stunPort}` },
      control: { reboot: 'rpc', valueChange: `kill -USR1 "$(cat '${join(directory, processNumberFile)}')"` },
      timing: { firstInform: '2m', boot: '30s' },
    }),
  )
  return path
}
