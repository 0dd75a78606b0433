// From the registry of all modules: an application may load this package twice, as ES modules and as CommonJS, and
// its tests may load the other copy than the application does.

/** The property of a strategy through which `passport-email-otp/testing` receives its codes. */
export const CAPTURE = Symbol.for('passport-email-otp.capture')

/**
 * The property of a code on its way to `sendCode` that holds the texts of its language. A wrapper of `sendCode` that
 * copies the code keeps it, and a queue that writes the code as JSON leaves it out.
 */
export const CATALOGUE = Symbol.for('passport-email-otp.catalogue')

/** The property of a mailer that holds its option `link`, which the strategy compares with its `origin`. */
export const LINK = Symbol.for('passport-email-otp.link')

/** The property of the function `mailer` itself, which is no `sendCode`: the one that it returns is. */
export const MAKES_MAILERS = Symbol.for('passport-email-otp.makes-mailers')

/** The property of a mailer that writes a mail without sending it. */
export const COMPOSE = Symbol.for('passport-email-otp.compose')
