/** A boolean of the data model as it was read: "1" and "true" are the same. */
export const isTrue = (value: string | undefined): boolean => /^\s*(1|true)\s*$/i.test(value ?? '')
