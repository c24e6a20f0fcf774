/** The user name in the first message of PLAIN (RFC 4616) or SCRAM (RFC 5802); empty where it is not to be read. */
export function userNameIn(mechanism: string, base64: string): string {
  const message = Buffer.from(base64.slice(0, 2048), 'base64').toString('utf8')
  if (mechanism === 'PLAIN') return message.split('\0')[1] ?? ''
  if (!mechanism.startsWith('SCRAM-')) return ''
  const name = /^[^,]*,[^,]*,(?:m=[^,]*,)?n=([^,]*),/.exec(message)?.[1] ?? ''
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
