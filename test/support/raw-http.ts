import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Writes bytes to the server as they are and reads what comes back until it hangs up, or until `patienceMs` is over. */
export function raw(url: string, bytes: string | Uint8Array, patienceMs = 3_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    const timer = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('data', (chunk) => { answer += chunk.toString(); }).on('error', reject).on('close', () => {
      clearTimeout(timer);
      const end = answer.indexOf('\r\n\r\n');
      const head = end === -1 ? answer : answer.slice(0, end);
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: end === -1 ? '' : answer.slice(end + 4) });
    });
  });
}
