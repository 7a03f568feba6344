/** What of an answer can still be said. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** Names the register version that an answer was given at: the same question at that version has the same answer for ever. */
export const atVersion = (reply: Reply, registerVersion: number): void => void reply.header('register-version', String(registerVersion));

/** Whether a table is asked for: by the query, else by what the client takes. */
export const asksForCsv = (format: 'json' | 'csv' | undefined, accept: string | undefined): boolean =>
  format === 'csv' || (format === undefined && accept?.startsWith('text/csv') === true);
