/** Namespaces of a CWMP envelope. */
export const namespaces = {
  soapEnvelope: 'http://schemas.xmlsoap.org/soap/envelope/',
  soapEncoding: 'http://schemas.xmlsoap.org/soap/encoding/',
  schema: 'http://www.w3.org/2001/XMLSchema',
  schemaInstance: 'http://www.w3.org/2001/XMLSchema-instance',
  xmlns: 'http://www.w3.org/2000/xmlns/',
} as const

/** The CWMP namespaces in use. 1-3 and 1-4 are no namespaces of the official schema, but devices send them. */
export const cwmpNamespaces: readonly string[] = [0, 1, 2, 3, 4].map(minor => `urn:dslforum-org:cwmp-1-${minor}`)

/** What is spoken to a device that has not said which namespace it uses. */
export const oldestCwmpNamespace = 'urn:dslforum-org:cwmp-1-0'

/** Whether it looks like a CWMP namespace, also one that is not in use. */
export const isCwmpNamespace = (namespace: string | null) => namespace?.startsWith('urn:dslforum-org:cwmp-') ?? false
