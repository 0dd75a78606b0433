// Counts the seconds down until the mail can be asked for again. Without it the page says the
// seconds once, and the server answers a click that comes too early with the seconds left.
for (const form of document.querySelectorAll('form[data-wait]')) {
  const button = form.querySelector('button')
  const hint = form.querySelector('.hint')
  const seconds = form.querySelector('.seconds')
  const end = Date.now() + Number(form.dataset.wait) * 1000

  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    button.disabled = left > 0
    if (left > 0) {
      seconds.textContent = `${left} ${left === 1 ? 'second' : 'seconds'}`
      setTimeout(tick, 250)
    } else {
      hint.textContent = ''
    }
  }
  tick()
}
