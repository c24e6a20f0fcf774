/** What the accounts, the component and the requests of the benchmarks are called, the same on every server. */
export const domain = 'xmpp.connreq.test'
export const componentDomain = `acs.${domain}`
export const accountPassword = 'password-of-all-devices'
/** What a Connection Request carries. */
export const requestCredentials = { username: 'acs', password: 'password-of-the-request' }

export const accountName = (index: number) => `device-${index}`
