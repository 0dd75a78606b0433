let warned = false

/** Warns once per process, in production, that a memory store loses its data and does not share it. */
export function warnInProduction(): void {
  if (warned || process.env.NODE_ENV !== 'production') return
  warned = true
  process.emitWarning(
    'MemoryStore keeps pending codes and limits in this one process: a restart loses them all, ' +
      'and other processes neither accept the codes nor count the guesses. ' +
      'Pass another store as the `store` option: SQLite on one server, Redis or PostgreSQL on several.',
    { code: 'EMAIL_OTP_MEMORY_STORE' },
  )
}
