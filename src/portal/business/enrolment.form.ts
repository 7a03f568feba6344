import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { parseMoney, type Money } from '../../core/money/index.js';
import { addLocalDays, formatLocal, localToInstantBy, parseInstant, parseLocal, toLocal, type Instant } from '../../core/time/index.js';
import type { EnrolmentView } from '../../modules/merchants/index.js';
import { formText } from '../shared/form-fields.form.js';

/** A service a place uses, in days of that place. */
export interface EnrolmentForm {
  readonly service: string;
  readonly region: string;
  readonly tier: string;
  readonly fee: string;
  readonly currency: string;
  /** The first day of use. */
  readonly from: string;
  /** The last day of use; blank while it is used. */
  readonly until: string;
}

export interface EnrolmentInput {
  readonly service: string;
  readonly region: string;
  readonly tier: string | null;
  readonly fee: Money | null;
  readonly from: Instant;
  readonly to: Instant | null;
}

const EVERYWHERE = '*';

const instantIn = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
};
const dayOf = (at: Instant, zone: string): string => formatLocal(toLocal(at, zone)).slice(0, 10);

/** The last day is the one that the last moment lies in. */
export const enrolmentForm = (view: EnrolmentView, zone: string): EnrolmentForm => ({
  service: view.service, region: view.region === EVERYWHERE ? '' : view.region, tier: view.tier ?? '', fee: view.fee?.amount ?? '', currency: view.fee?.currency ?? '',
  from: dayOf(instantIn(view.from), zone), until: view.to === null ? '' : dayOf((instantIn(view.to) - 1) as Instant, zone),
});

export function readEnrolmentForm(body: unknown): EnrolmentForm {
  const text = (name: string, limit = 80): string => formText(body, name, limit).trim();
  return {
    service: text('service'), region: text('region'), tier: text('tier'), fee: text('fee', 40), currency: text('currency', 3).toUpperCase(), from: text('from', 10), until: text('until', 10),
  };
}

/** Midnight at the beginning of a day; where the clock skips it, the moment of the jump. */
function dayStart(day: string, zone: string): Instant | undefined {
  const local = /^\d{4}-\d{2}-\d{2}$/.test(day) ? parseLocal(`${day}T00:00`) : parseLocal(day === '' ? 'x' : `${day} `);
  return local.ok ? localToInstantBy(local.value, zone, 'first') : undefined;
}

const unreadable = (field: string, code = 'portal.day_unreadable', params: Refusal['params'] = {}): Result<never> => refuse(code, params, { pointer: `/${field}` });

function feeIn({ fee, currency }: EnrolmentForm): Result<Money | null> {
  if (fee === '') return ok(null);
  const read = parseMoney(fee.replaceAll(/\s/g, ''), currency);
  if (!read.ok) return unreadable(read.refusal.code === 'money.currency_unknown' ? 'currency' : 'fee', read.refusal.code, read.refusal.params);
  return read.value.minor < 0n ? unreadable('fee', 'portal.amount_negative') : read;
}

function startIn({ from }: EnrolmentForm, zone: string, stored: EnrolmentView | undefined): Result<Instant> {
  if (stored !== undefined && enrolmentForm(stored, zone).from === from) return ok(instantIn(stored.from));
  const start = dayStart(from, zone);
  return start === undefined ? unreadable('from') : ok(start);
}

function endIn({ from, until }: EnrolmentForm, zone: string, stored: EnrolmentView | undefined): Result<Instant | null> {
  if (until === '') return ok(null);
  if (stored !== undefined && stored.to !== null && enrolmentForm(stored, zone).until === until) return ok(instantIn(stored.to));
  const last = dayStart(until, zone);
  if (last === undefined) return unreadable('until');
  const first = dayStart(from, zone);
  return first !== undefined && last < first ? unreadable('until', 'portal.days_reversed') : ok(addLocalDays(last, zone, 1));
}

/**
 * What is to be stored, or every fault at its field. A day that was not changed keeps the moment that is stored, which need not be a
 * midnight of this place.
 */
export function enrolmentOf(form: EnrolmentForm, zone: string, stored?: EnrolmentView): Result<EnrolmentInput> {
  const service = form.service === '' ? unreadable('service', 'portal.field_missing') : ok(form.service);
  const [from, to, fee] = [startIn(form, zone, stored), endIn(form, zone, stored), feeIn(form)];
  const faults = [service, from, to, fee].flatMap((read) => (read.ok ? [] : [read.refusal]));
  if (!service.ok || !from.ok || !to.ok || !fee.ok) return refuse('merchants.details_faulty', { count: faults.length }, { causes: faults });
  return ok({
    service: service.value, region: form.region === '' ? EVERYWHERE : form.region, tier: form.tier === '' ? null : form.tier, fee: fee.value, from: from.value, to: to.value,
  });
}
