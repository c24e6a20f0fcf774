/** What a process that builds reports tells the one that started it, as its only message. */
export type ReportMessage =
  | {
      built: true
      /** What the run says. */
      sentence: string
      /** What there is to say besides: lines that could not be read, what the device did not get back. */
      remarks: string[]
      /** OUI and serial number of the device that called. */
      deviceId?: string
    }
  | { built: false; reason: string }
