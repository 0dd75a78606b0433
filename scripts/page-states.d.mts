import type { Catalogue, LoginPageOptions, PageState } from 'passport-email-otp'

/** One state of the sign-in page. */
export interface DrawnState {
  readonly name: string
  readonly state: PageState
  readonly options: LoginPageOptions
}

export function pageStates(
  info: typeof import('../src/info.js'),
  tell: typeof import('../src/flow/tell.js').tell,
  catalogue: Catalogue,
): readonly DrawnState[]
