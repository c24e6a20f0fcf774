import { z } from 'zod'
import { advertise, listenAddress } from './profile-places.ts'

/** The STUN server of the run: where it listens, and where devices find it (a host, or host:port). */
export const stunSchema = z.strictObject({
  listen: listenAddress.default('0.0.0.0:3478'),
  advertise: advertise.optional(),
})
