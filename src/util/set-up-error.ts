/**
 * An error of the way the application uses the package. Node.js prints `help`, the page that explains it, below the
 * message.
 */
export function setUpError(
  message: string,
  help = 'docs/trouble-shooting.md#when-the-program-starts',
): TypeError {
  return Object.assign(new TypeError(message), { help })
}
