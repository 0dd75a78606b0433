/** The processor's time that this process needs for something, because other test files run at the same time. */
export async function processorMs(act: () => Promise<void>): Promise<number> {
  const started = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}
