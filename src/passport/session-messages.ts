/** Passport stores the messages of `failureMessage: true` and `successMessage: true` here. */
export interface SessionMessages {
  messages?: string[] | undefined
}

/** `requireOtp` stores the return path here, for Passport's `successReturnToOrRedirect` or your own handler. */
export interface SessionWayBack {
  returnTo?: string | undefined
}

/** @ts-ignore No error if the types of express-session are not installed. */
declare module 'express-session' {
  // Inherited, so that an application may declare the properties itself, as strings or as any.
  interface SessionData extends SessionMessages, SessionWayBack {}
}
