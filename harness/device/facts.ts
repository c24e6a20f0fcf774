/** What is known of the device before a scenario: declared by the profile, found by the probe. */
export interface DeviceFacts {
  placeholder?: never
}
