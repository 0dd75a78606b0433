// Functions that run in a page, and the part of the page that they use.

/** A response to a challenge, as JSON. */
interface PasskeyResponse {
  readonly id: string
  readonly response: Readonly<Record<string, string>>
}
declare const navigator: {
  credentials: Record<
    'create' | 'get',
    (options: { publicKey: unknown }) => Promise<{ toJSON(): PasskeyResponse }>
  >
}
declare const PublicKeyCredential: {
  parseRequestOptionsFromJSON(options: unknown): unknown
  parseCreationOptionsFromJSON(options: unknown): unknown
}

/** Lets the device of the browser answer a challenge to sign in. */
export async function answerChallenge(options: unknown): Promise<PasskeyResponse> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}

/** Lets the device of the browser make a passkey. */
export async function makeCredential(options: unknown): Promise<PasskeyResponse> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  return (await navigator.credentials.create({ publicKey })).toJSON()
}

/** Posts JSON to the site of the page, and returns status and answer. */
export async function postFromPage([path, body]: readonly [string, unknown]): Promise<{
  status: number
  json: unknown
}> {
  const answer = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
  })
  return { status: answer.status, json: await answer.json() }
}
