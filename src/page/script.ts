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
 * - It fills in the code of a mail's link, whose fragment holds the code and the id of its request. It does so only if
 *   the page shows that very request: the code of an attacker or of an older mail would use up an attempt. Otherwise
 *   it says so. The URL is cleaned in both cases. A browser does not send a `SameSite=Strict` cookie with a link from
 *   elsewhere, so the page is loaded once more before it says that the request is not its own: `fill` in the query
 *   marks the first time. A mail program or gateway may have written `%23` in place of `#`, and another one `%2523`,
 *   `fill=`, or parameters of its own behind it.
 *
 * A field of a form hides the property of the form that has its name, and a hidden field may have any name. So no
 * property of a form is read, and none of its methods is called as one.
 */
const SOURCE = `
(() => {
  const box = document.querySelector('.email-otp')
  const find = (what, where = box) => box.querySelector.call(where, what)
  const aloud = find('.otp-aloud')
  const loaded = Date.now()
  const left = seconds => Math.ceil(seconds - (Date.now() - loaded) / 1e3)
  let sent

  const link = /(?:#|%(?:25)*23)((\\d+)\\.(\\w+))=?/.exec(location)
  if (link) {
    const [all, both, code, id] = link
    const url = location.href.replace(all, '')
    const rest = url.replace(/([?&])fill=?(&|#|$)/, (_, a, b) => b == '&' ? a : b)
    const own = id == box.dataset.pending
    if (url != rest && !own) return location.replace(rest + '#' + both)
    history.replaceState(null, '', rest)
    const said = find(own ? '.otp-filled' : '.otp-other')
    if (said) {
      said.hidden = false
      if (own) {
        find('#otp-code').value = code
        find('#otp-code ~ button').focus()
      }
    }
  }

  for (const hint of box.querySelectorAll('[data-wait]')) {
    const { wait, ready } = hint.dataset
    const tick = () => {
      const seconds = left(wait)
      hint.previousElementSibling.disabled = seconds > 0
      if (seconds > 0) {
        find('bdi', hint).textContent = new Date(Math.min(seconds, 86399) * 1e3)
          .toISOString().slice(11, 19).replace(/^0(0:0?)?/, '')
        return setTimeout(tick, 250)
      }
      hint.textContent = ready
      if (!hint.closest('[hidden]')) aloud.textContent = ready
    }
    tick()
  }

  const live = find('[data-expires]')
  const expire = () => {
    if (sent || left(live.dataset.expires) > 0) return setTimeout(expire, 500)
    const ended = live.nextElementSibling
    const had = live.contains(document.activeElement)
    live.hidden = true
    ended.hidden = false
    document.title = ended.dataset.title
    if (had) find('h1', ended).focus()
  }
  if (live) expire()

  const free = () => {
    if (!sent) return
    clearTimeout(sent.timer)
    sent.button.ariaBusy = null
    sent.button.textContent = sent.text
    sent = 0
  }
  box.addEventListener('submit', event => {
    if (event.defaultPrevented) return
    if (sent) return event.preventDefault()
    const button = find('button', event.target)
    sent = { button, text: button.textContent, timer: setTimeout(free, 1e4) }
    button.ariaBusy = true
    button.textContent = aloud.textContent = box.dataset.busy
  })
  addEventListener('pageshow', free)
  addEventListener('keydown', ({ key }) => key == 'Escape' && free())
  self.navigation?.addEventListener('navigateerror', free)
})()
`

/** Without spaces and lines that mean nothing, because the script is sent with every page. */
export const SCRIPT = SOURCE.trim()
  .replaceAll(/\n\s+/g, '\n')
  .replaceAll(/ ?([-=!<>?:+*/&|,{}()[\]]+) ?/g, '$1')
  .replaceAll(/(?<=[{,])\n|\n(?=[}.])/g, '')
  .replaceAll('const', 'let')
