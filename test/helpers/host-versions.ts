/** Packages of Express and Passport: all supported combinations except the one that the other tests use. */
export const OTHER_VERSIONS = [
  ['express-4', 'passport-0.6'],
  ['express-4', 'passport'],
  ['express', 'passport-0.6'],
] as const
