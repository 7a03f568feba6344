// `npm run demo`: one claim, end to end over HTTP, against a server of its own on a free port; reads like a story in the terminal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, root, underCarriedNode } from './build.mjs';
import { demoServer } from './demo-server.mjs';

underCarriedNode(fileURLToPath(import.meta.url));
if (process.env.MAKEGOOD_URL === undefined) await build();

const PASSWORD = 'makegood demo 2026';
const say = (text) => process.stdout.write(`${text}\n`);

const { url, stop } = await demoServer();

async function call(method, path, { token, body, version, csv } = {}) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(csv === undefined ? {} : { 'content-type': 'text/csv' }),
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    },
    ...(body === undefined && csv === undefined ? {} : { body: csv ?? JSON.stringify(body) }),
  });
  const text = await answer.text();
  const read = text === '' ? null : JSON.parse(text);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${read?.title}: ${read?.detail} ${JSON.stringify(read?.errors ?? [])}`);
  return read;
}

const clock = (text) => new Date(text).toLocaleTimeString('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' });
const inLondon = (text) => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => clock(instant));

/** Minor units as exact ratio text, such as `22695/2` pence, to pounds: 113.475. */
function pounds(minor) {
  const [num, den = '1'] = minor.split('/');
  const scaled = (BigInt(num) * 10_000n) / BigInt(den);
  const digits = String(scaled).padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6).replace(/0{1,4}$/, '')}`;
}

const STATES = { presumed_up: 'up (presumed)', up: 'up (seen)' };
const MEANINGS = {
  recorded: 'what the register says happened', open: 'when the café was open', excluded: 'does not count, since it worked', waiting: 'the first hour of trouble, which nobody is paid for',
  counted: 'what is paid for; the unknown stretch by half',
};

try {
  say('\nOn 13 October 2026 the card payments of Harbourline (an invented operator) failed. The Corner Café (invented too) claims.');
  say('Nothing here is real; every step below goes over HTTP, as any client would do it.\n');
  const { token } = await call('POST', '/v1/sessions', { body: { email: 'owner@corner-cafe.example', password: PASSWORD } });
  const me = await call('GET', '/v1/sessions/current', { token });
  const { merchantId } = me.memberships[0];
  const [site] = (await call('GET', `/v1/merchants/${merchantId}/sites`, { token })).items;
  const [scheme] = (await call('GET', '/v1/schemes')).items;
  say(`1. Signed in as ${me.name}. Scheme: ${scheme.title.en}, policy ${scheme.policyKey}.`);

  const draft = await call('POST', '/v1/claims', {
    token, body: { schemeId: scheme.id, siteId: site.id, window: { from: '2026-10-13T10:00:00+01:00', to: '2026-10-13T14:30:00+01:00' }, answers: { takeTariff: true } },
  });
  say(`2. Draft ${draft.reference}: ${clock(draft.window.from)}–${clock(draft.window.to)}, wider than the outage.`);

  const coverage = JSON.stringify([{ from: '2026-08-31T00:00:00+01:00', to: '2026-10-18T00:00:00+01:00' }]);
  const sales = await call('POST', `/v1/claims/${draft.id}/sales-records?${new URLSearchParams({ currency: 'GBP', basis: 'net_of_tax', coverage, mapping: JSON.stringify({ at: 'at', amount: 'amount', kind: 'kind', id: 'id', refundOf: 'refund_of' }) })}`, {
    token, csv: readFileSync(join(root, 'demo/corner-cafe.synthetic.csv'), 'utf8'),
  });
  say(`3. Till export read: ${sales.lineCount} lines, ${sales.totals.net.amount} ${sales.totals.net.currency} net, SHA-256 ${sales.fileSha256.slice(0, 16)}…`);

  await call('POST', `/v1/claims/${draft.id}/submissions`, { token, version: draft.version, body: { declarations: { isTrue: true, paidElsewhere: false } } });
  let claim = await call('GET', `/v1/claims/${draft.id}`, { token });
  say(`4. Filed; a moment later it is "${claim.state}".\n`);

  const assessment = await call('GET', `/v1/claims/${draft.id}/assessments/1`, { token });
  say('   The lanes of the claim window (London time):');
  const { lanes } = assessment.result;
  for (const [name, pieces, note] of [
    ['recorded', lanes.recorded, ({ state, level }) => (STATES[state] ?? state) + (level === undefined ? '' : `, working at ${level}`)], ['open', lanes.open, () => ''],
    ['excluded', lanes.excluded, ({ why }) => why], ['waiting', lanes.waiting, () => ''], ['counted', lanes.counted, ({ weight }) => (weight === '1' ? '' : `× ${weight}`)],
  ]) {
    say(`     ${name.padEnd(9)} ${MEANINGS[name]}`);
    say(`               ${pieces.map((piece) => `${clock(piece.from)}–${clock(piece.to)} ${note(piece)}`.trim()).join(' · ')}`);
  }

  const trace = (await call('GET', `/v1/claims/${draft.id}/assessments/1/trace`, { token })).steps;
  const expected = trace.find(({ id }) => id === 'expected');
  say('\n   Six comparables, the same clock time in the weeks before (GBP, exact; half a penny where the unknown stretch counts half):');
  for (const { label, minor } of expected.output.samples) say(`     ${label}  ${pounds(minor).padStart(8)}`);

  say('\n   The working, step by step, as the merchant reads it:');
  for (const { text, figure } of (await call('GET', `/v1/claims/${draft.id}/assessments/1/explanation?lang=en`, { token })).lines) {
    say(`     ${inLondon(text)}${figure === undefined ? '' : `\n         = ${inLondon(figure)}`}`);
  }

  const [entitlement] = claim.entitlements;
  if (entitlement !== undefined) {
    const terms = scheme.texts.find(({ kind }) => kind === 'terms');
    claim = await call('POST', `/v1/claims/${draft.id}/offers/${entitlement.n}/acceptances`, { token, version: claim.version, body: { termsHash: terms.hash } });
    say(`\n5. Offered by rule and accepted in full: ${entitlement.net.amount} ${entitlement.net.currency}; the claim is "${claim.state}".`);
    const finance = (await call('POST', '/v1/sessions', { body: { email: 'finance@makegood.example', password: PASSWORD } })).token;
    const fund = (await call('GET', '/v1/funds', { token: finance })).items.find(({ id }) => id === scheme.fundId);
    const { items } = await call('GET', `/v1/funds/${fund.id}/balances`, { token: finance });
    say(`6. The ledger: ${items.filter(({ amount }) => !/^0(\.0+)?$/.test(amount)).map(({ account, amount }) => `${account} ${amount}`).join(', ')} ${fund.currency}. Nothing is paid yet: the money is set aside.`);
  }
  say('\n   To look around yourself: npm start\n');
} finally {
  await stop();
}
