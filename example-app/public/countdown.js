// Counts down the seconds until another mail can be requested. Without this script the page shows the seconds
// once, and the server answers a click that is too early with the seconds left.
for (const form of document.querySelectorAll('form[data-wait]')) {
  const button = form.querySelector('button')
  const hint = form.querySelector('.hint')
  const seconds = form.querySelector('.seconds')
  const end = Date.now() + Number(form.dataset.wait) * 1000

  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000)
    button.disabled = left > 0
    if (left > 0) {
      seconds.textContent = left === 1 ? '1 second' : `${left} seconds`
      setTimeout(tick, 250)
    } else {
      hint.textContent = ''
    }
  }
  tick()
}
