/** Where Passport puts the messages of `failureMessage: true` and `successMessage: true`. */
export interface SessionMessages {
  messages?: string[] | undefined
}

/** Where `requireOtp` leaves the way back, for Passport's `successReturnToOrRedirect` or a handler. */
export interface SessionWayBack {
  returnTo?: string | undefined
}

/** @ts-ignore Says nothing where the types of express-session are not installed. */
declare module 'express-session' {
  // Inherited, so that an application may declare them itself, as strings or as any.
  interface SessionData extends SessionMessages, SessionWayBack {}
}
