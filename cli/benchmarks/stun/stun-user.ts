/** STUNUsername of the device under test in the benchmarks. */
export const stunUsername = 'cpe-under-test'
