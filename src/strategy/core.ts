import { Strategy as PassportStrategy } from 'passport-strategy'
import { type Core, createCore } from '../flow/exchange.js'
import type { Settings } from '../options/settings.js'

const CORE = Symbol('core')

/** The beginning of the strategy: what all of its methods work on. */
export abstract class StrategyWithCore extends PassportStrategy {
  readonly name: string

  constructor(settings: Settings) {
    super()
    const core = createCore(settings)
    this.name = settings.name
    // A function, and not enumerable, so that no log of the strategy shows keys. (`#private` members would throw:
    // Passport calls `authenticate` on `Object.create(strategy)`.)
    Object.defineProperty(this, CORE, { value: () => core })
  }
}

/** What belongs to a strategy. It is no member, so that it is not in the types of the package. */
export function coreOf(strategy: StrategyWithCore): Core {
  return (strategy as unknown as { readonly [CORE]: () => Core })[CORE]()
}
