export function install(folder?: string, ...flags: readonly string[]): Promise<void>
export function installExampleApp(env?: Readonly<Record<string, string | undefined>>): Promise<void>
export function installBetterSqlite3(): Promise<void>
