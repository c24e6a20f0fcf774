/** One way in which the server has TLS, and what the device is told of it. */
export interface Round {
  name: string
  title: string
  startTls: 'offered' | 'required'
  /** UseTLS, for devices that have it. */
  useTls?: boolean
}

/** The marks around a round; their data has its name as `round`. */
export const roundBegunMark = 'tls-round-begun'
export const roundDoneMark = 'tls-round-done'

export const toldToUse: Round = {
  name: 'TLS offered, UseTLS true',
  title: 'Offer TLS to a device that is told to use it',
  startTls: 'offered',
  useTls: true,
}
export const toldNotTo: Round = {
  name: 'TLS offered, UseTLS false',
  title: 'Offer TLS to a device that is told to do without',
  startTls: 'offered',
  useTls: false,
}
export const requiredAllTheSame: Round = {
  name: 'TLS required, UseTLS false',
  title: 'Require TLS of a device that is told to do without',
  startTls: 'required',
  useTls: false,
}
export const offered: Round = { name: 'TLS offered', title: 'Offer TLS', startTls: 'offered' }
export const required: Round = { name: 'TLS required', title: 'Require TLS', startTls: 'required' }

/** For devices with UseTLS, and without it. */
export const roundsWith: readonly Round[] = [toldToUse, toldNotTo, requiredAllTheSame]
export const roundsWithout: readonly Round[] = [offered, required]
