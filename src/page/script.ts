/**
 * The script of the page, which needs none. It is a constant, so that one hash in a Content-Security-Policy allows
 * it: what differs from page to page is in `data-` attributes.
 *
 * - It counts down to the next mail, by the clock, because timers stop while a device sleeps. At the end the button
 *   works, and that is read out once.
 * - It shows the view for an expired code once the code has expired. The alert in that view is read out.
 * - It sends one request for a double click: the second one would use up an attempt. The lock ends with the
 *   navigation, also with one that the user stops. For browsers that do not report this, it ends with the Escape
 *   key or after ten seconds.
 */
const SOURCE = `
(() => {
  const box = document.querySelector('.email-otp')
  if (!box) return
  const aloud = box.querySelector('.otp-aloud')
  const loaded = Date.now()
  const left = (seconds) => Math.ceil((loaded - Date.now()) / 1000 + +seconds)
  let sent

  for (const form of box.querySelectorAll('[data-wait]')) {
    const hint = form.querySelector('.otp-hint')
    const { wait, ready } = form.dataset
    const tick = () => {
      const seconds = left(wait)
      form.querySelector('button').disabled = seconds > 0
      if (seconds > 0) {
        hint.querySelector('bdi').textContent = new Date(Math.min(seconds, 86399) * 1000)
          .toISOString().slice(11, 19).replace(/^(00:0?|0)/, '')
        return setTimeout(tick, 250)
      }
      hint.textContent = ready
      if (!form.closest('[hidden]')) aloud.textContent = ready
    }
    tick()
  }

  const live = box.querySelector('[data-expires]')
  const expire = () => {
    if (sent || left(live.dataset.expires) > 0) return setTimeout(expire, 500)
    const ended = live.nextElementSibling
    const hadFocus = live.contains(document.activeElement)
    live.hidden = true
    ended.hidden = false
    document.title = ended.dataset.title
    if (hadFocus) ended.querySelector('h1').focus()
  }
  if (live) expire()

  const release = () => {
    if (!sent) return
    clearTimeout(sent.timer)
    sent.form.removeAttribute('aria-busy')
    sent.button.textContent = sent.text
    sent = 0
  }
  box.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    if (sent) return event.preventDefault()
    const form = event.target
    const button = form.querySelector('button')
    sent = { form, button, text: button.textContent, timer: setTimeout(release, 1e4) }
    form.setAttribute('aria-busy', true)
    button.textContent = aloud.textContent = box.dataset.busy
  })
  addEventListener('pageshow', release)
  addEventListener('keydown', ({ key }) => key == 'Escape' && release())
  window.navigation?.addEventListener('navigateerror', release)
})()
`

/** Without the indentation: the page is sent with every answer. */
export const SCRIPT = SOURCE.replaceAll(/\n +/g, '\n')
