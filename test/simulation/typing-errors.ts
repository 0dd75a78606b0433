import { DAY, MINUTE } from './rules.js'
import type { Browser, World } from './world.js'
import { laneOf } from './years.js'

/** What years of honest sign-ins came to. */
export interface HonestYears {
  readonly signIns: number
  /** Sign-ins by the number of digits of the code that was accepted. */
  readonly byDigits: ReadonlyMap<number, number>
  /** Sign-ins that were not possible, because no mail was left. */
  readonly lockedOut: number
}

/**
 * A user without an attacker signs in at even intervals and mistypes each code with the same probability,
 * whatever its length. After a mistake the user tries again, and requests a new code when this one is spent or
 * too short.
 */
export async function honestYears(
  world: World,
  {
    years,
    perDay,
    mistypes,
  }: { readonly years: number; readonly perDay: number; readonly mistypes: () => boolean },
): Promise<HonestYears> {
  const signIns = years * 365 * perDay
  const byDigits = new Map<number, number>()
  let lockedOut = 0
  for (let i = 0; i < signIns; i += 1) {
    const digits = await signInAfterMistakes(world, mistypes)
    if (digits === undefined) lockedOut += 1
    else byDigits.set(digits, (byDigits.get(digits) ?? 0) + 1)
    await world.advance(DAY / perDay - MINUTE)
  }
  return { signIns, byDigits, lockedOut }
}

/** Returns the number of digits of the accepted code; `undefined` where no code could be requested. */
async function signInAfterMistakes(world: World, mistypes: () => boolean) {
  const lane = laneOf(world)
  const browser: Browser = { name: lane.name }
  const requestCode = async () => (await world.ask(browser, lane)).outcome === 'opened'
  if (!(await requestCode())) return undefined
  await world.advance(MINUTE)
  while (mistypes()) {
    const result = await world.mistype(browser)
    const isUsable = result.outcome === 'wrong' && result.attemptsLeft > 0
    if (!isUsable && !(await requestCode())) return undefined
  }
  const isSignedIn = await world.enter(browser, lane)
  return isSignedIn ? browser.pending?.digits : undefined
}
