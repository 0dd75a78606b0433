import type { RequestLike, SubjectId } from '../passport/types.js'
import type { optionReader } from '../util/option-reader.js'
import type { AnyEmailOtpOptions } from './options.js'

/** The options as the steps see them. They pass the application's functions the request that they received. */
export type Options = AnyEmailOtpOptions<SubjectId, RequestLike>

/** Validating accessors for the options. */
export type Reader = ReturnType<typeof optionReader<Options>>
