import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/platform/config/config.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** What anybody may ask so many times an hour from one address. */
const MOST = 60;
const asked = (url: string, forwardedFor: string): Promise<number> => fetch(`${url}/v1/recovery-requests`, {
  method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor, forwarded: `for=${forwardedFor}`, 'x-real-ip': forwardedFor },
}).then(({ status }) => status);
const askedOften = async (url: string, from: (n: number) => string, times = MOST): Promise<number[]> => {
  const statuses = [];
  for (let n = 0; n < times; n += 1) statuses.push(await asked(url, from(n)));
  return [...new Set(statuses)];
};

describe('who sends a request', () => {
  let plain: TestApp;
  let behind: TestApp;
  beforeAll(async () => {
    [plain, behind] = [await startTestApp(), await startTestApp({ config: { trustedProxies: ['loopback', '10.1.0.0/16'] } })];
  });
  afterAll(async () => {
    await plain.close();
    await behind.close();
  });

  it('is who is connected, whatever a header says, where no proxy is named', async () => {
    expect(await askedOften(plain.url, (n) => `203.0.113.${n}`)).toEqual([400]);
    expect(await asked(plain.url, '198.51.100.1')).toBe(429);
  });

  it('is who the nearest proxy that is not ours saw: one address is stopped, its neighbour is served, and what it wrote before that counts for nothing', async () => {
    expect(await askedOften(behind.url, (n) => `192.0.2.${n}, 203.0.113.7, 10.1.2.3`)).toEqual([400]);
    expect(await asked(behind.url, '203.0.113.7')).toBe(429);
    expect(await asked(behind.url, '203.0.113.7, 203.0.113.8')).toBe(400);
    expect(await asked(behind.url, '203.0.113.8, 203.0.113.7')).toBe(429);
  });
});

describe('TRUSTED_PROXIES', () => {
  const read = (text: string) => readConfig({ NODE_ENV: 'test', TRUSTED_PROXIES: text }).trustedProxies;

  it('lists addresses and networks, and trusts nobody when it is empty', () => {
    expect(read(' 10.0.0.7, 192.168.0.0/16 ,fd00::/8,loopback')).toEqual(['10.0.0.7', '192.168.0.0/16', 'fd00::/8', 'loopback']);
    expect([read(''), readConfig({ NODE_ENV: 'test' }).trustedProxies]).toEqual([[], []]);
  });

  it.each(['true', '*', '1', 'proxy.example', '0.0.0.0/0', '::/0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0', '10.0.0.7;10.0.0.8'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(ConfigError);
    expect(() => read(text)).toThrow('TRUSTED_PROXIES must list addresses or networks');
  });
});
