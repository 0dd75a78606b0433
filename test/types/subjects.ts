// Compiled by `npm run typecheck`, never run: a user's id keeps its type.
import {
  type EmailOtpOptions,
  jsonLogin,
  type Proof,
  type Request,
  type RequestLike,
  Strategy,
  type Verify,
} from 'passport-email-otp'
import { type Is, sure } from './assertions.js'

const required = { secret: process.env.OTP_SECRET, sendCode: async () => {} }
const user = { id: 7, email: 'ada@example.com' }
const emailFromRequest = () => user.email

// A number comes back as a number.
const byNumber = new Strategy(
  { ...required, emailFromRequest, subjectFromRequest: () => user.id },
  async (id) => {
    sure<Is<typeof id, number>>()
    return user
  },
)
sure<Is<typeof byNumber, Strategy<number>>>()
declare const req: Request
const proof: Proof<number> | undefined = byNumber.proven(req)
sure<Is<NonNullable<typeof proof>['subject'], number | null>>()

// So does a bigint, from a promise that may have no user.
const byBigint = new Strategy(
  {
    ...required,
    emailFromRequest,
    subjectFromRequest: async (): Promise<bigint | undefined> => 7n,
  },
  async (id) => {
    sure<Is<typeof id, bigint>>()
    return user
  },
)
sure<Is<typeof byBigint, Strategy<bigint>>>()

// Without subjectFromRequest it is the address.
const byAddress = new Strategy(required, async (email) => {
  sure<Is<typeof email, string>>()
  return user
})
sure<Is<typeof byAddress, Strategy>>()

// With the request first.
new Strategy(
  {
    ...required,
    emailFromRequest,
    subjectFromRequest: (req) => (req.ip === undefined ? null : user.id),
    passReqToCallback: true,
  },
  async (req, id) => {
    sure<Is<typeof req, Request>>()
    sure<Is<typeof id, number>>()
    return user
  },
)
// @ts-expect-error an object is no id
new Strategy({ ...required, emailFromRequest, subjectFromRequest: () => user }, async () => user)
// @ts-expect-error the verify function takes another type than subjectFromRequest returns
new Strategy<number>(required, async (email: string) => ({ email }))

// Variables of the exported types.
declare const options: EmailOtpOptions<number>
declare const verify: Verify<number>
new Strategy(options, verify)

// Every strategy fits the functions that take one.
jsonLogin(byNumber)
jsonLogin(byBigint)
jsonLogin(byAddress)
class Own extends Strategy<number> {}
jsonLogin(new Own(options, verify))
// @ts-expect-error a strategy of another package
jsonLogin({ name: 'local', authenticate: () => {} })

// The request that the application's functions receive is of the host's type.
interface HostRequest extends RequestLike {
  readonly visitor: string
}
new Strategy(
  {
    ...required,
    allowEmail: (_email, request: HostRequest) => request.visitor !== '',
    onEvent: (_event, request) => sure<Is<typeof request, HostRequest>>(),
  },
  async () => user,
)
const onHost = new Strategy<string, HostRequest>(
  { ...required, captchaPassed: ({ visitor }) => visitor === 'human', passReqToCallback: true },
  async ({ visitor }, email) => ({ visitor, email }),
)
jsonLogin(onHost)
