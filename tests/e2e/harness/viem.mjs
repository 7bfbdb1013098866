// viem, for suites whose folder has no packages of its own.

export * from 'viem'
