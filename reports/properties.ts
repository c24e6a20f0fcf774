/** What several playings say of the device, by name; where they differ, each value once. */
export function propertiesOf(played: readonly { properties: Record<string, string> }[]): Record<string, string> {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of played.flatMap(({ properties }) => Object.entries(properties)))
    values.set(name, (values.get(name) ?? new Set()).add(value))
  return Object.fromEntries([...values].map(([name, seen]) => [name, [...seen].join('; ')]))
}
