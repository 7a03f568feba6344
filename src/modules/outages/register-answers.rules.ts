/** What of an answer can still be said. */
interface Reply {
  header(name: string, value: string): unknown;
}

/** Names the register version that an answer was given at: the same question at that version has the same answer for ever. */
export const atVersion = (reply: Reply, registerVersion: number): void => void reply.header('register-version', String(registerVersion));
