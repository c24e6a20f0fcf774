import type { Acs } from './acs/acs.ts'
import type { Clock } from './clock/clock.ts'
import type { HttpRequester } from './connection-request/http/requester.ts'
import type { DeviceControl } from './device/control.ts'
import type { Profile } from './device/profile.ts'
import type { StunLab } from './stun-lab.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import type { Redactor } from './timeline/redactor.ts'
import type { XmppLab } from './xmpp-lab.ts'

/** What a bench is put together from; everything is opened and closed by `openBench`. */
export interface BenchParts {
  clock: Clock
  timeline: TimelineRecorder
  redactor: Redactor
  profile: Profile
  acs: Acs
  requester: HttpRequester
  control: DeviceControl
  xmpp: XmppSide
  stun: StunSide
  /** Aborted when the run is to stop. */
  signal: AbortSignal
}

/** The XMPP server and the ACS's way to it; opened when first needed. */
export interface XmppSide {
  readonly lab: XmppLab | undefined
  /** @throws ListenError, CertificateUnreadable, ComponentRefused */
  open(): Promise<XmppLab>
}

/** The STUN server and the sender of UDP Connection Requests; opened when first needed. */
export interface StunSide {
  readonly lab: StunLab | undefined
  /** @throws ListenError */
  open(): Promise<StunLab>
}
