/** Where Passport puts the messages of `failureMessage: true` and `successMessage: true`. */
export interface SessionMessages {
  messages?: string[] | undefined
}

/** @ts-ignore Says nothing where the types of express-session are not installed. */
declare module 'express-session' {
  // Inherited, so that an application which declares `messages` itself overrides this one.
  interface SessionData extends SessionMessages {}
}
