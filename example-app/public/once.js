// Sends a form once, because the second click of a double click would use up an attempt. A user who returns to
// the page can send it again.
for (const form of document.forms) {
  let isSent = false
  form.addEventListener('submit', (event) => {
    if (isSent) event.preventDefault()
    isSent = true
  })
  addEventListener('pageshow', () => {
    isSent = false
  })
}
