/**
 * Asks every `everyMs` milliseconds until it is so. The time limit of the test is the limit. Ask less often where
 * asking takes the processor time that the server needs to recover.
 */
export async function until(isSo: () => boolean | Promise<boolean>, everyMs = 10): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, everyMs))
}
