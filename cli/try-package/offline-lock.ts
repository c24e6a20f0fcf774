interface LockedPackage {
  version?: string
  resolved?: string
  dev?: boolean
  [key: string]: unknown
}

/** A package-lock.json, as far as it is looked into. */
export interface PackageLock {
  packages: Record<string, LockedPackage>
  [key: string]: unknown
}

/** A project whose only dependency is a package file. */
export interface EmptyProject {
  packageJson: Record<string, unknown>
  lock: PackageLock
}

/**
 * An empty project that has installed the package, with the very dependencies that the checkout has: npm then asks
 * nobody for versions, and finds their files in its cache.
 * @param tarball seen from the project
 */
export function projectWith(tarball: string, checkout: PackageLock): EmptyProject {
  const { '': root, ...dependencies } = checkout.packages
  const { devDependencies: _, scripts: __, ...own } = root ?? {}
  const name = 'try-connreq'
  const file = `file:${tarball}`
  const packageJson = { name, version: '1.0.0', private: true, type: 'module', dependencies: { connreq: file } }
  const needed = Object.entries(dependencies).filter(([, { dev }]) => dev !== true)
  return {
    packageJson,
    lock: {
      ...{ name, version: '1.0.0', lockfileVersion: 3, requires: true },
      packages: {
        '': { name, version: '1.0.0', dependencies: { connreq: file } },
        'node_modules/connreq': { ...own, resolved: file },
        ...Object.fromEntries(needed),
      },
    },
  }
}
