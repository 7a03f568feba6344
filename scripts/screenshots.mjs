// `npm run screenshots`: the pictures of the README, taken from the demo by following its own links; stays true when the demo changes.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, root, underCarriedNode } from './build.mjs';
import { demoServer } from './demo-server.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
await build();
const { launchChromium } = await import('../test/support/chromium.mjs');
const { DEMO_PASSWORD, DEMO_PEOPLE } = await import('../dist/src/demo/demo-people.js');

const LARGEST_BYTES = 150 * 1024;
const folder = join(root, 'docs', 'screenshots');
mkdirSync(folder, { recursive: true });

const { url, stop } = await demoServer();
const browser = await launchChromium();

async function window(person) {
  const page = await (await browser.newContext({ baseURL: url, viewport: { width: 1100, height: 900 } })).newPage();
  if (person === undefined) return page;
  await page.goto('/en/sign-in');
  await page.getByLabel('Email address').fill(DEMO_PEOPLE[person].email);
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((at) => !at.pathname.endsWith('/sign-in'));
  return page;
}

/** Goes to the first page of `addresses` that has a link below `under`, and follows it; false when none has. */
async function followFirst(page, addresses, under) {
  for (const address of addresses) {
    await page.goto(address);
    const link = page.getByRole('main').locator(`a[href^="${under}/"]`).first();
    if (await link.count() === 0) continue;
    await page.goto(await link.getAttribute('href'));
    return true;
  }
  return false;
}

async function take(page, name) {
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  const { size } = statSync(path);
  if (size > LARGEST_BYTES) throw new Error(`${name}.png has ${size} bytes; ${LARGEST_BYTES} are enough for a page`);
  console.log(`docs/screenshots/${name}.png  ${Math.ceil(size / 1024)} KiB  ${new URL(page.url()).pathname}`);
}

/** A demo without a claim of the café gets one, the claim that the README files. */
async function fileClaim() {
  const call = async (path, token, init = {}) => {
    const answer = await fetch(`${url}/v1${path}`, { method: init.body === undefined ? 'GET' : 'POST', ...init, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const json = (body, headers = {}) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  const { token } = await call('/sessions', undefined, json({ email: DEMO_PEOPLE.owner.email, password: DEMO_PASSWORD }));
  const { memberships: [{ merchantId }] } = await call('/sessions/current', token);
  const { items: [site] } = await call(`/merchants/${merchantId}/sites`, token);
  const scheme = (await call('/schemes', token)).items.find(({ policyKey }) => policyKey === 'default-gbp');
  const window = { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' };
  const draft = await call('/claims', token, json({ schemeId: scheme.id, siteId: site.id, window }));
  const about = new URLSearchParams({
    currency: 'GBP', basis: 'net_of_tax', coverage: JSON.stringify([{ from: '2026-08-31T00:00:00+01:00', to: '2026-10-18T00:00:00+01:00' }]),
    mapping: JSON.stringify({ at: 'at', amount: 'amount', kind: 'kind', id: 'id', refundOf: 'refund_of' }),
  });
  await call(`/claims/${draft.id}/sales-records?${about}`, token, { body: readFileSync(join(root, 'demo', 'corner-cafe.synthetic.csv')), headers: { 'content-type': 'text/csv' } });
  await call(`/claims/${draft.id}/submissions`, token, json({ declarations: { isTrue: true, paidElsewhere: false } }, { 'if-match': '"1"' }));
}

async function must(found, what) {
  if (!(await found)) throw new Error(`the demo has no ${what} to take a picture of`);
}

try {
  const anyone = await window();
  for (const [language, name] of [['en', 'outage'], ['ko', 'outage-ko']]) {
    await anyone.goto(`/${language}/outages/kakao-2022-10-15`);
    await take(anyone, name);
  }
  const owner = await window('owner');
  if (!(await followFirst(owner, ['/en/claims'], '/en/claims'))) {
    await fileClaim();
    await must(followFirst(owner, ['/en/claims'], '/en/claims'), 'claim');
  }
  await take(owner, 'claim');
  const reviewer = await window('reviewer');
  await must(followFirst(reviewer, ['review', 'decision', 'offered', 'accepted'].map((queue) => `/en/work?queue=${queue}`), '/en/work'), 'case');
  await take(reviewer, 'work');
  const finance = await window('finance');
  await must(followFirst(finance, ['/en/funds'], '/en/funds'), 'fund');
  await take(finance, 'fund');
} finally {
  await browser.close();
  await stop();
}
