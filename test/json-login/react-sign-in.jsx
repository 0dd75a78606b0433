import { useEffect, useState } from 'react'

async function call(body) {
  const headers = { 'content-type': 'application/json' }
  const post = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch('/api/login', body && post)
  return response.json()
}

export function SignIn({ onSignedIn }) {
  const [{ next, message, pending }, setInfo] = useState({ next: 'request_code' })
  const [typed, setTyped] = useState('')

  // A code may be on its way since before a reload.
  useEffect(() => {
    call().then(({ pending }) => {
      if (pending) setInfo({ next: pending.needsNewCode ? 'request_code' : 'enter_code', pending })
    })
  }, [])

  async function send(body) {
    const info = await call(body).catch(() => ({ next, message: 'Please try again.', pending }))
    setTyped('')
    setInfo(info)
    if (info.next === 'done') onSignedIn(info.user)
  }

  // While the next mail has to wait, a code that came before is still good.
  const hasCode = next === 'enter_code' || (next === 'wait' && pending?.needsNewCode === false)
  const field = { value: typed, onChange: (event) => setTyped(event.target.value), required: true }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        return send(hasCode ? { code: typed } : { email: typed })
      }}
    >
      {message && <p role="status">{message}</p>}
      {hasCode ? (
        <label>
          Code from the mail
          <input name="code" inputMode="numeric" autoComplete="one-time-code" {...field} />
        </label>
      ) : (
        <label>
          E-mail address
          <input name="email" type="email" autoComplete="email" {...field} />
        </label>
      )}
      <button type="submit">{hasCode ? 'Sign in' : 'Send me a code'}</button>
      {pending && (
        <button type="button" onClick={() => send({ email: pending.email })}>
          Send a code to {pending.email} again
        </button>
      )}
    </form>
  )
}
