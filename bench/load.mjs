// A closed loop of so many connections; Node's own keep-alive agent, so that nothing is installed for it.
import { Agent, request } from 'node:http';

function send(agent, port, { method = 'GET', path, headers = {}, body }) {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, port, host: '127.0.0.1', method, path, headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (answer) => {
      let length = 0;
      answer.on('data', (chunk) => { length += chunk.length; });
      answer.on('end', () => resolve({ status: answer.statusCode, length }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Requests a second and their latencies; `next` makes the next request, or undefined when there is no more to ask for. */
export async function load(port, connections, seconds, next) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies = [];
  let failed = 0;
  let firstFailure;
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async () => {
    for (let asked = next(); asked !== undefined && performance.now() < until; asked = next()) {
      const start = performance.now();
      const { status } = await send(agent, port, asked);
      latencies.push(performance.now() - start);
      if (status >= 300) {
        failed += 1;
        firstFailure ??= `${asked.method ?? 'GET'} ${asked.path}: ${status}`;
      }
    }
  }));
  const elapsed = (performance.now() - began) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  if (failed > 0) console.error(`  ${failed} of ${latencies.length} requests failed, first ${firstFailure}`);
  return { perSecond: (latencies.length - failed) / elapsed, p50: at(0.5), p95: at(0.95), p99: at(0.99), count: latencies.length };
}
