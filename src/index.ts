export { EmailOtpError, type EmailOtpErrorCode } from './errors.js'
export type * from './events.js'
export type { IdleOptions } from './flow/background.js'
export type { CallOptions, StepOptions, VerifyCallOptions } from './flow/plain-calls.js'
export {
  type GuessLimits,
  type GuessPopulation,
  guessProbability,
  type PopulationGuess,
} from './guess-probability.js'
export type { Health, MailHealth, PartHealth } from './health.js'
export { localPath } from './http/local-path.js'
export type {
  AcceptedInfo,
  CodeFieldInfo,
  CodeSentInfo,
  EmailOtpInfo,
  InvalidCodeInfo,
  InvalidEmailInfo,
  MalformedCodeInfo,
  NotSignedInInfo,
  Pending,
  PendingEnded,
  RateLimitedInfo,
  RequestAgainInfo,
  TrustedBrowserInfo,
} from './info.js'
export { type JsonLoginOptions, type JsonLoginStrategy, jsonLogin } from './json-login.js'
export type { Catalogue } from './languages/catalogue.js'
export type { MailTexts } from './languages/mail-texts.js'
export type { PageTexts, PageTitles } from './languages/page-texts.js'
export type { ReasonTexts } from './languages/reason-texts.js'
export type { FromAddress } from './mail/from-address.js'
export type { SentMail } from './mail/hand-over.js'
export { type Mailer, mailer } from './mail/mailer.js'
export type { MailerOptions } from './mail/mailer-options.js'
export type { Message, MessageParameters } from './mail/message.js'
export type { MessageDetails, WriteMessage } from './mail/own-message.js'
export type { CodeMail, CodeToSend, SendCode } from './mail/send-code.js'
export { type StandardMessageOptions, standardMessage } from './mail/standard-message.js'
export type { MailTransport } from './mail/transporter.js'
export type { EmailOtpOptions, EmailOtpOptionsWithRequest, Secret } from './options/options.js'
export type { UserEmail } from './options/recipient-options.js'
export type { TrustedBrowserOptions } from './options/trusted-browsers.js'
export {
  type LoginForm,
  type LoginPageStrategy,
  loginForm,
  loginPage,
} from './page/login-page.js'
export type { LoginFormOptions, LoginPageOptions, OwnOutcome } from './page/options.js'
export { loginPageHashes, loginPagePolicy } from './page/policy.js'
export type { PageFields, PageState } from './page/state.js'
export type { SessionMessages, SessionWayBack } from './passport/session-messages.js'
export type {
  EmailOtpAuthenticateOptions,
  Proof,
  Request,
  RequestLike,
  SubjectId,
  Verified,
  Verify,
  VerifyDone,
  VerifyWithRequest,
} from './passport/types.js'
export { type Next, type Reason, statusOf } from './reasons.js'
export type { Guard, RequireOtpOptions } from './require-otp.js'
export { MemoryStore, type MemoryStoreOptions } from './stores/memory.js'
export type * from './stores/store.js'
export { REDUCED_REFUND_KEEPS_MS } from './stores/store.js'
export { Strategy, Strategy as default } from './strategy.js'
