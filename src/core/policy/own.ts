/**
 * What a record says under a name that somebody wrote; undefined when it says nothing.
 * Edge: `constructor` and `toString` are names like any other, not what JavaScript keeps under them.
 */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
