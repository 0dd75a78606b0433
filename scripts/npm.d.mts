export function npmCli(env?: Readonly<Record<string, string | undefined>>): string
