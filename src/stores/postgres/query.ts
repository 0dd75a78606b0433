/** Sends a query and returns its only row. */
export type Query = (text: string, values: unknown[]) => Promise<Record<string, unknown>>
