import { DEMO_PEOPLE } from '../../src/demo/demo-people.js';
import type { Story } from './story.js';

export interface Seen {
  /** The route this is, as the handler declares it. */
  readonly route: string;
  readonly email?: string;
  readonly address: (at: Story) => string;
}

const shop = (key: string): string => `${key}@shops.example`;
export const staff = (name: keyof typeof DEMO_PEOPLE): string => DEMO_PEOPLE[name].email;
const claim = (email: string, state: string): Seen => ({ route: '/claims/:reference', email, address: (story) => `/claims/${story.newest(state).reference}` });
const found = (email: string, nth: number): Seen => ({ route: '/claims/:reference', email, address: ({ claims }) => `/claims/${claims.filter(({ state }) => state === 'rejected')[nth]?.reference ?? ''}` });
const desk = (person: keyof typeof DEMO_PEOPLE, state: string): Seen => ({ route: '/work/:reference', email: staff(person), address: (story) => `/work/${story.newest(state).reference}` });
const queue = (person: keyof typeof DEMO_PEOPLE, name: string): Seen => ({ route: '/work/', email: staff(person), address: () => `/work?queue=${name}` });
const policy = (route: string, address: string, person: keyof typeof DEMO_PEOPLE = 'policyAuthor'): Seen => ({ route: `/policies${route}`, email: staff(person), address: () => `/policies${address}` });
const change = (rest = '', route = ''): Seen => ({ route: `/changes/:id${route}`, email: staff('policyApprover'), address: ({ changeId }) => `/changes/${changeId}${rest}` });
const business = (route: string, rest: string): Seen => ({ route, email: shop('glasses'), address: (story) => `/business/${story.shop.merchantId}${rest}` });
const site = (route: string, rest: string): Seen => ({ route, email: shop('glasses'), address: ({ shop: { merchantId, siteId } }) => `/business/${merchantId}/sites/${siteId}${rest}` });
const outage = (asked = ''): Seen => ({ route: '/outages/:code', address: () => `/outages/kakao-2022-10-15${asked}` });

const draft = (rest: string, route: string): Seen => ({ route: `/claims/:reference${route}`, email: shop('glasses'), address: (story) => `/claims/${story.newest('draft').reference}${rest}` });
const sent = (rest: string, route: string): Seen => ({ route: `/claims/:reference${route}`, email: shop('taxi'), address: (story) => `/claims/${story.newest('submitted').reference}${rest}` });

/*
 * Every page there is and every state the demo reaches, by somebody who may read it. A page that is neither here nor in the lists below
 * fails `page-list.page-spec.ts`.
 */
export const ENTRANCE: Readonly<Record<string, Seen>> = {
  home: { route: '/', address: () => '' },
  'sign-in': { route: '/sign-in', address: () => '/sign-in' },
  'sign-in-code': { route: '/sign-in/code/', address: () => '/sign-in/code' },
  'sign-in-enter': { route: '/sign-in/code/enter', address: () => '/sign-in/code/enter' },
  'sign-in-passkey': { route: '/sign-in/passkey', address: () => '/sign-in/passkey' },
  'sign-up': { route: '/sign-up/', address: () => '/sign-up' },
  'sign-up-private': { route: '/sign-up/private', address: () => '/sign-up/private' },
  account: { route: '/account/', email: shop('glasses'), address: () => '/account' },
  'account-staff': { route: '/account/', email: staff('reviewer'), address: () => '/account' },
  'account-proof': { route: '/account/proof/', email: shop('glasses'), address: () => '/account/proof?sent=1' },
  recovery: { route: '/recovery/', address: () => '/recovery?kind=changed_hands' },
  'recovery-sent': { route: '/recovery/sent', address: () => '/recovery/sent?reference=RQ-7K3P-92Q4-X' },
  outbox: { route: '/outbox/', address: () => '/outbox' },
  outage: outage(),
  'outage-unknown': outage('?service=kakao.talk.pc&day=2022-10-16&time=05:00'),
  'outage-down': outage('?service=kakao.alimtalk&day=2022-10-15&time=16:05'),
  'outage-small': { route: '/outages/:code', address: () => '/outages/harbourline-2026-10-13?service=harbourline.payments&day=2026-10-13&time=13:05' },
  scheme: { route: '/schemes/:code', address: () => '/schemes/kakao-2022-free-services' },
  'scheme-default': { route: '/schemes/:code', address: () => '/schemes/kakao-2022-default' },
  check: { route: '/schemes/:code/check', address: () => '/schemes/kakao-2022-default/check' },
  'check-found': { route: '/schemes/:code/check', address: () => '/schemes/kakao-2022-default/check?who=business&service=kakao.talk.pc&trade=food' },
  'check-private': { route: '/schemes/:code/check', address: () => '/schemes/kakao-2022-free-services/check?who=private' },
  handover: { route: '/handover/', address: () => '/handover' },
  sampling: { route: '/sampling/', address: () => '/sampling' },
};
export const OF_MERCHANTS: Readonly<Record<string, Seen>> = {
  claims: { route: '/claims/', email: shop('glasses'), address: () => '/claims' },
  'claims-none': { route: '/claims/', email: staff('owner'), address: () => '/claims' },
  'claim-draft': claim(shop('glasses'), 'draft'),
  'claim-waiting': claim(shop('taxi'), 'submitted'),
  'claim-review': claim(shop('books'), 'in_review'),
  'claim-asked': claim(shop('pottery'), 'info_requested'),
  'claim-answer': { route: '/claims/:reference/request', email: shop('pottery'), address: (story) => `/claims/${story.newest('info_requested').reference}/request` },
  'claim-recommended': claim(shop('sweets'), 'recommended'),
  'claim-offered': claim(shop('nails'), 'offered'),
  'claim-accepted': claim(shop('glasses'), 'accepted'),
  'claim-payments': { route: '/claims/:reference/payments/', email: shop('glasses'), address: (story) => `/claims/${story.newest('accepted').reference}/payments` },
  payments: { route: '/payments/', email: shop('glasses'), address: () => '/payments' },
  'claim-refused-people': found(shop('laundry'), 0),
  'claim-nil': found(shop('cafe'), 1),
  'claim-refused-rule': found(shop('wholesale'), 2),
  'claim-withdrawn': claim(shop('pottery'), 'withdrawn'),
  'claim-sales': { route: '/claims/:reference/sales/', email: shop('glasses'), address: (story) => `/claims/${story.newest('draft').reference}/sales` },
  'claim-sales-days': { route: '/claims/:reference/sales/days', email: shop('glasses'), address: (story) => `/claims/${story.newest('draft').reference}/sales/days` },
  'claim-sales-handover': { route: '/claims/:reference/sales/handover/', email: shop('glasses'), address: (story) => `/claims/${story.newest('draft').reference}/sales/handover` },
  'claim-evidence': { route: '/claims/:reference/evidence', email: shop('glasses'), address: (story) => `/claims/${story.newest('draft').reference}/evidence` },
  'claim-evidence-filed': { route: '/claims/:reference/evidence', email: shop('nails'), address: (story) => `/claims/${story.newest('offered').reference}/evidence` },
  'claim-lapsed': claim(shop('pottery'), 'expired'),
  'claim-objecting': { route: '/claims/:reference', email: shop('bites'), address: (story) => `/claims/${story.claims.findLast(({ state }) => state === 'offered')?.reference ?? ''}` },
  'claim-objection': { route: '/claims/:reference/objection', email: shop('nails'), address: (story) => `/claims/${story.newest('offered').reference}/objection` },
  'claim-on-account': { route: '/claims/:reference/on-account', email: shop('nails'), address: (story) => `/claims/${story.newest('offered').reference}/on-account` },
  decline: { route: '/claims/:reference/decline', email: shop('nails'), address: (story) => `/claims/${story.newest('offered').reference}/decline` },
  business: { route: '/business/', email: shop('glasses'), address: () => '/business' },
  'business-new': { route: '/business/new', email: shop('glasses'), address: () => '/business/new' },
  'business-overview': business('/business/:id', ''),
  'business-details': business('/business/:id/details', '/details'),
  'business-contact': business('/business/:id/contact', '/contact'),
  'business-sizes': business('/business/:id/sizes', '/sizes'),
  'business-people': business('/business/:id/people/', '/people'),
  'business-site-new': business('/business/:id/sites/new', '/sites/new'),
  'business-site': site('/business/:id/sites/:siteId', ''),
  'business-hours': site('/business/:id/sites/:siteId/hours', '/hours'),
  'business-services': site('/business/:id/sites/:siteId/services/', '/services'),
  'business-service-new': site('/business/:id/sites/:siteId/services/new', '/services/new'),
  'form-start': { route: '/schemes/:code/claim/', email: shop('taxi'), address: () => '/schemes/kakao-2022-default/claim' },
  'form-tasks': draft('/tasks', '/tasks'),
  'form-services': draft('/services', '/services'),
  'form-window': draft('/window', '/window'),
  'form-yesno': draft('/answers/takeTariff', '/answers/:name'),
  'form-share': draft('/answers/grossMargin', '/answers/:name'),
  'form-estimate': draft('/estimate', '/estimate'),
  'form-check': draft('/check', '/check'),
  'form-discard': draft('/withdrawal', '/withdrawal'),
  'form-sent': sent('/sent', '/sent'),
  'form-withdraw': sent('/withdrawal', '/withdrawal'),
  'form-amend': sent('/services', '/services'),
  'payee-accounts': { route: '/business/payee-accounts/', email: shop('glasses'), address: () => '/business/payee-accounts' },
  'payee-accounts-not-due': { route: '/business/payee-accounts/', email: staff('owner'), address: () => '/business/payee-accounts' },
  'payee-new-kr': { route: '/business/payee-accounts/new', email: shop('glasses'), address: () => '/business/payee-accounts/new' },
  'payee-new-iban': { route: '/business/payee-accounts/new', email: shop('glasses'), address: () => '/business/payee-accounts/new?kind=iban' },
  batches: { route: '/batches/', email: staff('agent'), address: () => '/batches' },
  batch: { route: '/batches/:id', email: staff('agent'), address: ({ agent }) => `/batches/${agent.batchId}` },
  'batch-rows': { route: '/batches/:id', email: staff('agent'), address: ({ agent }) => `/batches/${agent.batchId}?show=all` },
  mandates: { route: '/mandates/', email: staff('agent'), address: () => '/mandates' },
  mandate: { route: '/mandates/:id', email: staff('agent'), address: ({ agent }) => `/mandates/${agent.mandateId}` },
  'mandate-answer': { route: '/mandates/answer/:token', address: ({ agent }) => `/mandates/answer/${agent.answerToken}` },
  'mandate-answered': { route: '/mandates/answer/done', address: () => '/mandates/answer/done?as=confirmed' },
};
export const OF_STAFF: Readonly<Record<string, Seen>> = {
  businesses: { route: '/businesses/', email: staff('reviewer'), address: () => '/businesses' },
  'businesses-one': { route: '/businesses/:id', email: staff('reviewer'), address: (story) => `/businesses/${story.shop.merchantId}` },
  queue: queue('reviewer', 'review'),
  'queue-decision': queue('approver', 'decision'),
  'queue-automatic': queue('reviewer', 'automatic'),
  'queue-rejected': queue('reviewer', 'rejected'),
  'work-lists': { route: '/work-lists/', email: staff('reviewer'), address: () => '/work-lists' },
  'case-review': desk('reviewer', 'in_review'),
  'case-asked': desk('reviewer', 'info_requested'),
  'case-recommended': desk('approver', 'recommended'),
  'case-waiting': desk('reviewer', 'submitted'),
  'case-offered': desk('reviewer', 'offered'),
  'case-refused': desk('reviewer', 'rejected'),
  'payees-desk': { route: '/payees/', email: staff('finance'), address: () => '/payees' },
  'payees-desk-one': { route: '/payees/:id', email: staff('finance'), address: (story) => `/payees/${story.shop.merchantId}` },
  'outage-sources': { route: '/outage-sources/', email: staff('registerEditor'), address: () => '/outage-sources' },
  'outage-sources-new': { route: '/outage-sources/new', email: staff('registerEditor'), address: () => '/outage-sources/new' },
  'outage-proposals': { route: '/outage-proposals/', email: staff('registerEditor'), address: () => '/outage-proposals' },
  recoveries: { route: '/recoveries/', email: staff('reviewer'), address: () => '/recoveries' },
  register: { route: '/register/', email: staff('registerEditor'), address: () => '/register' },
  'register-past': { route: '/register/', email: staff('registerEditor'), address: () => '/register?version=1&state=confirmed' },
  'register-new': { route: '/register/new', email: staff('registerEditor'), address: () => '/register/new' },
  'sampling-commit': { route: '/sampling/', email: staff('supervisor'), address: () => '/sampling' },
  report: { route: '/reports/:name', email: staff('supervisor'), address: () => '/reports/claims-by-state' },
  'report-filtered': { route: '/reports/:name', email: staff('reviewer'), address: () => '/reports/time-to-decision?scheme=kakao-2022-default&since=2020-01-01' },
  funds: { route: '/funds/', email: staff('finance'), address: () => '/funds' },
  policies: policy('/', ''),
  policy: policy('/:key', '/default-krw'),
  'policy-version': policy('/:key/versions/:number', '/kr-kakao-2022-free-service/versions/1'),
  'policy-in-review': policy('/:key/versions/:number', '/default-krw/versions/2?working=1'),
  'policy-faulty': policy('/:key/versions/:number', '/default-gbp/versions/2'),
  'policy-readers': policy('/:key/versions/:number', '/default-krw/versions/2', 'reviewer'),
  'policy-difference': policy('/:key/difference', '/default-krw/difference?from=1&to=2'),
  'policy-begin': policy('/drafts/new', '/drafts/new'),
  'policy-new': policy('/drafts/new', '/drafts/new?from=default-eur/1&key=my-operator'),
  'policy-edit': policy('/:key/versions/:number/edit', '/default-gbp/versions/2/edit'),
  changes: { route: '/changes/', email: staff('policyApprover'), address: () => '/changes' },
  'changes-new': { route: '/changes/new', email: staff('policyAuthor'), address: () => '/changes/new' },
  'amendment-which': { route: '/changes/amendments/new', email: staff('registerEditor'), address: () => '/changes/amendments/new' },
  amendment: { route: '/changes/amendments/new', email: staff('registerEditor'), address: (story) => `/changes/amendments/new?claim=${story.newest('submitted').reference}` },
  holds: { route: '/holds/', email: staff('reviewer'), address: () => '/holds' },
  'duties-role': { route: '/duties/roles/:role', email: staff('administrator'), address: () => '/duties/roles/reviewer' },
  duties: { route: '/duties/', email: staff('administrator'), address: () => '/duties' },
  tasks: { route: '/tasks/', email: staff('reviewer'), address: () => '/tasks' },
  change: change(),
  'change-report': change('/runs/1', '/runs/:n/'),
  'change-claims': change('/runs/1/claims?order=losers', '/runs/:n/claims'),
  'change-approval': change('/runs/1/approval', '/runs/:n/approval'),
  'change-approve': change('/runs/1/approval?bound=10000', '/runs/:n/approval'),
  objections: { route: '/objections/', email: staff('approver'), address: () => '/objections' },
  'objection-decided': { route: '/objection-case/decided', address: () => '/objection-case/decided' },
  payouts: { route: '/payouts/', email: staff('finance'), address: () => '/payouts' },
  'bank-messages': { route: '/bank-messages/', email: staff('finance'), address: () => '/bank-messages' },
  overpayments: { route: '/overpayments/', email: staff('finance'), address: () => '/overpayments' },
  'benefit-lists': { route: '/benefit-lists/', email: staff('finance'), address: () => '/benefit-lists' },
  'came-back': { route: '/payment-lines/', email: staff('finance'), address: () => '/payment-lines' },
  breaks: { route: '/breaks/', email: staff('finance'), address: () => '/breaks' },
  'paying-accounts': { route: '/paying-accounts/', email: staff('finance'), address: () => '/paying-accounts' },
  'paying-account-new': { route: '/paying-accounts/new', email: staff('finance'), address: () => '/paying-accounts/new' },
  'report-forecast': { route: '/reports/:name', email: staff('finance'), address: () => '/reports/payment-forecast' },
  fund: { route: '/funds/:id', email: staff('finance'), address: ({ fundId }) => `/funds/${fundId}` },
};
/** Leads on at once and shows nothing of its own. */
export const WITHOUT_A_FACE = ['/start', '/batches/:id/result', '/claims/:reference/archive', '/reports/', '/reports/:name/table', '/sampling/:id/table', '/claims/:reference/evidence/:evidenceId'];
/** Needs what the demo leaves to its reader: `changes.page-spec.ts` and `sales.page-spec.ts` look at it. */
export const ELSEWHERE = [
  // Needs claims chosen first: `queues.page-spec.ts` looks at them.
  '/work-lists/new', '/work-lists/:id',
  // Needs a draft first: `register.page-spec.ts` looks at them.
  '/register/:id', '/register/:id/edit',
  // Needs claims that the operator opened: `opened.page-spec.ts` looks at them.
  '/changes/:id/runs/:n/sites', '/claims/:reference/disclaimer',
  '/changes/:id/applied', '/changes/:id/lines', '/tasks/:id', '/sign-up/details', '/account/password', '/account/passkeys/new', '/outbox/:id', '/outbox/:id/html', '/payee-changes/:token', '/kept/:token', '/claims/:reference/sales/uploads/:uploadId', '/claims/:reference/sales/uploads/:uploadId/columns', '/claims/:reference/sales/uploads/:uploadId/reading',
  '/claims/:reference/sales/sets/:number', '/claims/:reference/sales/sets/:number/file', '/claims/:reference/sales/sets/:number/marked-file',
  '/handover/uploads/:uploadId', '/handover/uploads/:uploadId/columns', '/handover/uploads/:uploadId/reading',
  // Needs what is sent or typed first: `business.page-spec.ts` looks at them.
  '/recovery/stop/:token', '/recovery/papers/:token/', '/recoveries/:id',
  // Needs a proposed reduction: `holds.page-spec.ts` looks at it.
  '/claims/:reference/reduction',
  // Needs a link of a letter: `objections.page-spec.ts` looks at it.
  '/objection-case/:token', '/objection-case/:token/archive', '/objection-case/:token/papers/:evidenceId',
  // Needs accounts in use and people of finance: `payouts.page-spec.ts` looks at them.
  '/payouts/:id', '/payouts/:id/release', '/payouts/:id/texts', '/paying-accounts/:id', '/paying-accounts/:id/edit', '/paying-accounts/:id/proofs',
  // Needs what is granted beside money: `benefits.page-spec.ts` looks at it.
  '/benefit-lists/:id',
  // Needs files of a bank: `bank-files.page-spec.ts` looks at them.
  '/bank-messages/:id', '/breaks/:id',
  // Needs payments that left and came back: `money-back.page-spec.ts` looks at them.
  '/overpayments/:id', '/payment-lines/:id', '/payouts/:id/practice-bank/',
  // Needs a source and a file of it: `feeds.page-spec.ts` looks at them.
  '/outage-sources/:id', '/outage-sources/:id/edit', '/outage-proposals/:id',
  '/business/:id/sites/:siteId/services/:enrolmentId', '/business/:id/people/:userId/removal', '/invitations/:token', '/invitations/:token/accepted',
];
/** A file, not a page. */
export const FILES = ['/payouts/:id/file', '/benefit-lists/:id/file', '/work-lists/:id/result', '/outage-sources/template', '/outage-sources/:id/files/:sha256', '/claims/:reference/confirmation.pdf', '/claims/:reference/decisions/:n/letter.pdf', '/claims/:reference/payments/:n/remittance.pdf', '/recoveries/:id/documents/:documentId'];
