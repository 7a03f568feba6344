import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { problemOf, PROBLEM_TYPE } from './problem.js';

const BY_NODE_CODE: Readonly<Record<string, string>> = { HPE_HEADER_OVERFLOW: 'http.headers_too_large', ERR_HTTP_REQUEST_TIMEOUT: 'http.timeout' };

/** Node's own refusals, raised before there is a request: the same problem documents, written to the socket by hand. */
export function answerBelow(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const problem = problemOf({ code: BY_NODE_CODE[error.code ?? ''] ?? 'http.malformed', params: { why: 'it breaks a rule of the protocol' } }, randomUUID());
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`, `content-type: ${PROBLEM_TYPE}`, `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store', 'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
