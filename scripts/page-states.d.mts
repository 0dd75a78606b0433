import type { LoginPageOptions, PageState, PageTexts } from 'passport-email-otp'

/** One state of the sign-in page. */
export interface DrawnState {
  readonly name: string
  readonly state: PageState
  readonly options: LoginPageOptions
}

export function pageStates(
  info: typeof import('../src/info.js'),
  texts: PageTexts,
): readonly DrawnState[]
