/** An error of the way the package is set up. Node.js prints `help`, the page that explains it, below the message. */
export function setUpError(message: string): TypeError {
  return Object.assign(new TypeError(message), {
    help: 'docs/trouble-shooting.md#when-the-program-starts',
  })
}
