/** What there is a published JSON Schema of. */
export const schemaNames = ['run', 'compare', 'merge', 'proof', 'bench', 'profile', 'plan'] as const
export type SchemaName = (typeof schemaNames)[number]
