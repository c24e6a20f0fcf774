/** Everything that a first profile says. What is absent stands in it as a comment. */
export interface ProfileAnswers {
  name?: string
  firmware?: string
  /** Address and port of the ACS: `0.0.0.0:7547`. */
  acsListen: string
  /** The URL to enter in the device; without it the profile leaves it to the address of the run. */
  acsUrl?: string
  tls: boolean
  features: Record<'http' | 'udp' | 'xmpp', 'auto' | boolean>
  /** How the device authenticates itself; without a password, or where it is only supposed, it is a comment. */
  authentication: { scheme: 'none' | 'basic' | 'digest'; username?: string; password?: string }
  /** `rpc`, `ask` or a shell command. */
  reboot?: string
  /** The device has the RPC FactoryReset: named, but not done. */
  canBeReset: boolean
  /** Where the XMPP and STUN servers listen, where that is not left to the run. */
  xmppListen?: string
  stunListen?: string
  /** What a device that was heard told besides, a sentence each. */
  heard: string[]
}
