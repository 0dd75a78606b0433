import { escapeHtml } from '../util/escape-html.js'
import type { CaughtMail } from './inbox.js'

/** All mails, the newest first. */
export function inboxPage(mails: readonly CaughtMail[]): string {
  const items = mails.map(({ number, recipients, subject, text, html }) => {
    const link = html ? `<p><a href="/inbox/${number}">Show it as a mail program does</a></p>` : ''
    return `<article>
<h2>${escapeHtml(subject)}</h2>
<p>To: ${escapeHtml(recipients.join(', '))}</p>
${paragraphs(text)}
${link}
</article>`
  })
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Inbox</title>
<h1>Inbox</h1>
<p><a href="/inbox">Look for new mail</a> · <a href="/">Back to the sign-in page</a></p>
${items.reverse().join('\n') || '<p>No mail yet.</p>'}
</html>
`
}

/** Not `<pre>`, whose lines would not wrap: the policy of the page allows no style. */
function paragraphs(text: string): string {
  const parts = text.trim().split(/(?:\r?\n){2,}/)
  return parts.map((part) => `<p>${escapeHtml(part).replace(/\r?\n/g, '<br>')}</p>`).join('\n')
}
