import { z } from 'zod'
import { parseHost } from './advertised-host.ts'
import { localAddresses } from './local-address.ts'
import { parseListen } from './listen-address.ts'
import { advertise, listenAddress } from './profile-places.ts'

/** The STUN server of the run: where it listens, and where devices find it (a host, or host:port). */
export const stunSchema = z
  .strictObject({ listen: listenAddress.default('0.0.0.0:3478'), advertise: advertise.optional() })
  .superRefine((stun, context) => {
    const { host, port } = parseHost(stun.advertise ?? '')
    const listening = parseListen(stun.listen)?.port
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['advertise'], message })
    if (host === '0.0.0.0' || host === '::')
      refuse('is no place where anybody could be found; write an address of this machine')
    const isHere = ['127.0.0.1', '::1', ...localAddresses()].includes(host)
    if (isHere && port !== undefined && listening !== undefined && listening !== 0 && port !== listening)
      refuse(
        `has port ${port}, but stun.listen has ${listening}: nobody hears the other at this machine; leave the port out`,
      )
  })
