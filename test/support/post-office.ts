import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface PostOffice {
  readonly url: string;
  /** Everything that was taken, as it came over the wire. */
  readonly taken: { readonly to: readonly string[]; readonly message: string }[];
  /** What the next recipients are answered instead of being taken. */
  readonly refusals: { readonly code: number; readonly text: string }[];
  close(): Promise<void>;
}

/** A mail server in the test's process. */
export async function openPostOffice(): Promise<PostOffice> {
  const taken: PostOffice['taken'] = [];
  const refusals: { code: number; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false,
    onRcptTo(_address, _session, done) {
      const refusal = refusals.shift();
      done(refusal === undefined ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        taken.push({ to: session.envelope.rcptTo.map(({ address }) => address), message: Buffer.concat(parts).toString('utf8') });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, taken, refusals, close: () => new Promise((resolve) => { server.close(() => resolve()); }) };
}
