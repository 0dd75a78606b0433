/** The attacks that this package must withstand, by their ids: a group, and the numbers in it. */
export const ATTACKS: Readonly<Record<string, readonly string[]>> = {
  // addresses
  EML: ['01', '02', '04', '05', '07', '08', '10', '11', '13', '14', '16', '17', '19', '20'],
  // codes as they are typed
  COD: ['01', '02', '04', '05', '07', '08', '10', '11', '13', '14'],
  // sessions
  SES: ['02', '03', '05', '06', '08', '09', '11', '12', '14'],
  // replay
  REP: ['01', '03', '04'],
  // races
  RAC: ['02', '03', '05', '06'],
  // guessing
  BRF: ['01', '02', '04', '05', '07', '08', '10', '11'],
  // expiry
  EXP: ['02', '03'],
  // sending
  SND: ['02', '03', '05', '06'],
  // locking the owner out
  LCK: ['02', '03', '05', '06'],
  // finding out who exists
  ENU: ['02', '03', '05'],
  // stores that fail
  STF: ['01', '03', '04', '06', '07', '09', '10'],
  // delivery
  MAIL: ['01', '02', '04', '05'],
  // injection into mails
  INJ: ['02', '03', '05', '06'],
  // secrets
  SEC: ['02', '03', '05'],
  // types of what is sent
  TYP: ['01', '03', '04', '06'],
  // proxies and hosts
  PRX: ['01', '02'],
  // leaks
  LOG: ['01', '02'],
  // floods
  DOS: ['01', '02'],
  // how applications are set up
  INT: ['01', '02', '04', '05', '07', '08', '10', '11', '13', '14', '15', '17'],
  // what stores keep
  STO: ['02', '03', '05', '06'],
}

/** Those whose outcome is the store's doing: each is tried on every store. */
export const ON_EVERY_STORE: readonly string[] = [
  ...['RAC-02', 'RAC-03', 'RAC-06', 'REP-01', 'REP-03', 'REP-04', 'EXP-02', 'EXP-03'],
  ...['BRF-01', 'BRF-02', 'BRF-04', 'BRF-05', 'BRF-07', 'BRF-08', 'BRF-10'],
  ...['SND-02', 'SND-03', 'SND-05', 'SND-06', 'LCK-02', 'LCK-03', 'LCK-05', 'LCK-06'],
  ...['STO-02', 'STO-03', 'SEC-02', 'SEC-03', 'SEC-05', 'INT-17'],
]

/**
 * Those that only stores with a server of their own can be in: several processes (the memory store is one
 * process's), a clock that isn't the application's, eviction and fail-over by Redis, slots of a cluster
 * (Redis), copies that only read.
 */
export const ON_SERVERS: readonly string[] = [
  'RAC-05',
  'STF-06',
  'STF-07',
  'STF-09',
  'STO-05',
  'STO-06',
]
