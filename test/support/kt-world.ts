import { readFileSync } from 'node:fs';
import type { Result } from '../../src/core/errors/index.js';
import type { Instant } from '../../src/core/time/index.js';
import { ChangeApplication, ChangeCommands, ChangeProposals, ChangeQueries, ChangeRehearsals, policyRunDetail, type PolicyRunDetail } from '../../src/modules/changes/index.js';
import { ClaimDrafting, ClaimQueries, ClaimSubmission } from '../../src/modules/claims/index.js';
import { FundLedger } from '../../src/modules/funds/index.js';
import { People } from '../../src/modules/identity/index.js';
import { MerchantProfiles, MerchantSites, SiteEnrolments } from '../../src/modules/merchants/index.js';
import { OutageRegister, ServiceCatalogue } from '../../src/modules/outages/index.js';
import { PolicyCatalogue, PolicyDrafting, type Reach } from '../../src/modules/policies/index.js';
import { SchemePlanning, type SchemeView } from '../../src/modules/schemes/index.js';
import type { Context } from '../../src/platform/access/context.js';
import type { Role } from '../../src/platform/access/roles.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { startTestApp, type TestApp } from './app.js';
import { asSystem, at } from './lower-floors.js';

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

export const KEY = 'kr-kt-2018';
const EVENT = '2018-11-24T02:00Z';

/** The scheme of 2018 as it stood at one time: so many days are paid, 400,000 won each, up to a turnover. */
export function rule(days: number, turnoverLimit: string): string {
  const text = readFileSync('policies/kr-kt-2018.yaml', 'utf8');
  const paid = Array.from({ length: days }, (_, index) => ({ upTo: index + 1, amount: 400_000 * (index + 1) }));
  const bands = ['        - { upTo: "0", amount: "0" }', ...paid.map(({ upTo, amount }) => (upTo === days ? `        - { amount: "${amount}" }` : `        - { upTo: "${upTo}", amount: "${amount}" }`))];
  const example = `examples:
  - name: one day without service
    given:
      zone: Asia/Seoul
      window: 2018-11-24T02:00Z/2018-12-31T02:00Z
      segments: [ { state: down, at: 2018-11-24T02:00Z/2018-11-25T02:00Z } ]
      turnover: "100000000"
      inputs: { cardsOrOrdersFailed: "true" }
    expect: { outcome: eligible, cash: "400000" }
`;
  return `${text.slice(0, text.indexOf('examples:'))}${example}`
    .replace(/table: \{ retail.*\}\n\s+otherwise: "\d+"/, `value: "${turnoverLimit}"`)
    .replace(', key: $facts.merchant.sector }', ' }')
    .replace(/\n {2}up(To|From)?\w*: \{ unit: KRW, source: Agreement[^\n]*/g, '').replace(/\n {2}from7: [^\n]*/, '')
    .replace(/ {8}- \{ upTo: "0", amount: "0" \}\n( {8}- \{[^\n]*\n)+/, `${bands.join('\n')}\n`)
    .replace('upTo: "1200000", perMerchant: "1200000"', 'upTo: "9000000", perMerchant: "9000000"')
    .replace('evidence: [service_use_proof]', 'evidence: []');
}

export interface KtWorld extends TestApp {
  readonly author: Context;
  readonly approver: Context;
  readonly scheme: SchemeView;
  /** `scheme`: under another than the world's own, with sizes in its currency. */
  file(shop: { region: string; turnover: string; scheme?: { id: string; currency: string } }): Promise<string>;
  state(claimId: string): Promise<string>;
  propose(source: string, reach: Reach, from?: Instant): Promise<{ changeId: string; version: number }>;
  rehearse(changeId: string): Promise<PolicyRunDetail>;
  approve(by: Context, changeId: string, run: PolicyRunDetail, bound?: bigint): ReturnType<ChangeCommands['approve']>;
  applyAll(changeId: string): Promise<void>;
  extend(closesAt: Instant): Promise<SchemeView>;
}

/** A register with outages of one, three and seven days by region, and a scheme that takes claims for them. */
export async function openKt(first: string): Promise<KtWorld> {
  const started = await startTestApp();
  const { app } = started;
  const { reader } = app.get(Database);
  const person = async (name: string): Promise<Context> => {
    const made = value(await app.get(People).create(asSystem, { email: `${name}@test.example`, name, password: 'correct horse battery staple' }));
    const roles: readonly Role[] = ['policy_author', 'policy_approver', 'register_editor', 'reviewer', 'approver', 'finance_preparer'];
    for (const role of roles) value(await app.get(People).grant(asSystem, made.id, role));
    return { actor: { kind: 'user', userId: made.id, roles, memberships: [] }, requestId: 'test' };
  };
  const [author, approver, owner] = [await person('author'), await person('approver'), await person('owner')];
  value(await app.get(PolicyCatalogue).publishReasons(asSystem, readFileSync('policies/reasons.yaml', 'utf8')));
  value(await app.get(PolicyCatalogue).publish(asSystem, first));
  const outageId = await recordOutage(started, author, approver);
  const fund = value(await app.get(FundLedger).create(author, { code: 'kt', name: 'KT', mode: 'open', currency: 'KRW' }));
  const planning = app.get(SchemePlanning);
  let scheme = value(await planning.plan(author, {
    code: 'kt-2018', policyKey: KEY, fundId: fund.id, outageIds: [outageId], zone: 'Asia/Seoul', graceDays: 0, title: { en: 'KT', ko: 'KT', fr: 'KT' },
    opensAt: at('2019-03-22T00:00Z'), closesAt: at('2036-01-01T00:00Z'), contact: { name: 'Care' }, targetDays: {}, texts: [{ kind: 'terms', language: 'en', body: 'You agree.' }],
  }));
  let shops = 0;
  const drain = async (step: (tx: Parameters<Parameters<UnitOfWork['run']>[1]>[0]) => Promise<Result<{ done: boolean }>>): Promise<void> => {
    while (!value(await app.get(UnitOfWork).run(asSystem, step)).done);
  };
  return {
    ...started, author, approver, scheme,
    async file({ region, turnover, scheme: { id: schemeId, currency } = { id: scheme.id, currency: 'KRW' } }) {
      shops += 1;
      const merchant = value(await app.get(MerchantProfiles).create(owner, {
        legalName: `Shop ${shops}`, registration: { scheme: 'none', value: '' }, sector: { system: 'own', code: 'food' }, country: 'KR', language: 'ko', zone: 'Asia/Seoul',
        sizes: [{ measure: 'turnover', year: 2017, value: turnover, currency, source: 'test' }],
      }));
      value(await app.get(MerchantProfiles).verify(approver, merchant.id, merchant.version));
      const member: Context = { ...owner, actor: { kind: 'user', userId: owner.actor.kind === 'user' ? owner.actor.userId : '', roles: [], memberships: [{ merchantId: merchant.id, role: 'owner' }] } };
      const site = value(await app.get(MerchantSites).add(member, merchant.id, {
        name: 'Shop', online: false, country: 'KR', openingHours: { zone: 'Asia/Seoul', rows: [{ days: [1, 2, 3, 4, 5, 6, 7], opens: '09:00', closes: '21:00' }], exceptions: [] },
      }));
      value(await app.get(SiteEnrolments).add(member, site.id, { service: 'kt', region, from: at('2015-01-01T00:00Z') }));
      const draft = value(await app.get(ClaimDrafting).create(member, { schemeId, siteId: site.id, window: { from: at(EVENT), to: at('2018-12-10T02:00Z') }, answers: { cardsOrOrdersFailed: true } }));
      value(await app.get(ClaimSubmission).submit(member, draft.id, draft.version, { isTrue: true, paidElsewhere: false }));
      return draft.id;
    },
    state: async (claimId) => (await app.get(ClaimQueries).find(reader, claimId))?.state ?? 'gone',
    async propose(source, reach, from = at('2018-11-24T00:00Z')) {
      const drafting = app.get(PolicyDrafting);
      const draft = value(await drafting.create(author, KEY, { source, effectiveFrom: from, decidedFrom: null, reach }));
      value(await drafting.submit(author, KEY, String(draft.number), draft.version));
      const change = value(await app.get(ChangeProposals).propose(author, { kind: 'policy_version', policy: { key: KEY, number: draft.number } }));
      return { changeId: change.id, version: change.version };
    },
    async rehearse(changeId) {
      const { n } = value(await app.get(ChangeCommands).startRun(author, changeId));
      const [row] = await reader.query<{ id: string }>('SELECT id FROM change_run WHERE change_id = $1 AND n = $2', [changeId, n]);
      await drain((tx) => app.get(ChangeRehearsals).step(tx, row?.id ?? ''));
      return policyRunDetail(value(await app.get(ChangeQueries).run(reader, changeId, n)));
    },
    async approve(by, changeId, run, bound = 1n) {
      const { version } = value(await app.get(ChangeQueries).get(reader, changeId));
      return app.get(ChangeCommands).approve(by, changeId, version, run.n, { digest: run.digest ?? '', movesLessThan: [{ minor: bound, currency: 'KRW' as never }] });
    },
    applyAll: (changeId) => drain((tx) => app.get(ChangeApplication).step(tx, asSystem, changeId)),
    async extend(closesAt) {
      scheme = value(await planning.extend(author, scheme.id, scheme.version, { closesAt, reason: 'the rule changed' }));
      return scheme;
    },
  };
}

async function recordOutage({ app }: TestApp, editor: Context, second: Context): Promise<string> {
  value(await app.get(ServiceCatalogue).add(editor, { code: 'kt', names: { en: 'KT', ko: 'KT', fr: 'KT' } }));
  const register = app.get(OutageRegister);
  const line = (region: string, from: string, to: string) => ({ service: 'kt', region, from: at(from), to: at(to) });
  const draft = value(await register.createDraft(editor, {
    code: 'ahyeon', title: { en: 'Fire', ko: '화재', fr: 'Incendie' },
    content: {
      complete: true, officialWindows: [],
      scope: ['r1', 'r3', 'r7'].map((region) => ({ ...line(region, '2018-11-01T00:00Z', '2019-01-01T00:00Z'), entry: 0 })),
      segments: [['r1', '2018-11-25T02:00Z'], ['r3', '2018-11-27T02:00Z'], ['r7', '2018-12-01T02:00Z']].map(([region = '', to = '']) =>
        ({ ...line(region, EVENT, to), state: 'down' as const, source: 'test' })),
    },
  }));
  const confirmed = value(await register.confirm(second, draft.id, draft.version, 1));
  const ended = value(await register.end(second, draft.id, confirmed.version, at('2018-12-01T02:00Z')));
  value(await register.finalise(second, draft.id, ended.version));
  return draft.id;
}
