/** What the helpers have started for a test file of the project `system`. */
const ends: (() => unknown)[] = []

/**
 * Calls `end` when the tests of the file have finished, the last one first. A helper cannot declare `afterAll` itself:
 * the files of a worker share its modules, so that only the first file would call it.
 */
export function onFileFinished(end: () => unknown): void {
  ends.push(end)
}

export async function finishFile(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end()
}
