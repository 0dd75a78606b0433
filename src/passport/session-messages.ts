/** Where Passport puts the messages of `failureMessage: true` and `successMessage: true`. */
export interface SessionMessages {
  messages?: string[] | undefined
}

/** @ts-ignore Says nothing where the types of express-session are not installed. */
declare module 'express-session' {
  // Inherited, so that an application may declare `messages` itself, as strings or as any.
  interface SessionData extends SessionMessages {}
}
