/** Metrics of a scenario that cannot be decided behind a NAT. */
export interface Undecidable {
  scenario: string
  metrics: readonly string[]
  /** What a NAT makes impossible. */
  because: string
}

/** What cannot be built from outside of a NAT. Whatever else is undecided is a fault of device, harness or lab. */
export const undecidableBehindNat: readonly Undecidable[] = [
  {
    scenario: 'udp-mapping',
    metrics: ['natDetected'],
    because: 'the true address is the router’s, so the device is never told its own',
  },
  {
    scenario: 'udp-any-source',
    metrics: ['port', 'address'],
    because: 'the router lets in only what comes from the STUN server',
  },
]
