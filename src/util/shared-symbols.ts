// From the registry of all modules: an application may load this package twice, as ES modules and as CommonJS, and
// its tests may load the other copy than the application does.

/** The property of a strategy through which `passport-email-otp/testing` receives its codes. */
export const CAPTURE = Symbol.for('passport-email-otp.capture')

/** The property of a mailer that writes a mail without sending it. */
export const COMPOSE = Symbol.for('passport-email-otp.compose')
