import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { formatMoney, money } from '../../core/money/index.js';
import type { InputDefinition, OutageFacts, RecordedState } from '../../core/policy/index.js';
import { formatInstant, HOUR, instant, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { RegisterQueries } from '../outages/index.js';
import { PolicyQueries, type ReadyPolicy } from '../policies/index.js';
import { SchemeQueries, type SchemeView } from '../schemes/index.js';
import { likely } from './eligibility.rules.js';

export interface EligibilityQuestion {
  readonly scheme: string;
  readonly service: string;
  readonly trade: string;
  /** Left out: where the service was troubled first. */
  readonly region?: string;
  /** Left out: as the operator stated it. */
  readonly window?: Interval;
}

interface MoneyText { readonly amount: string; readonly currency: string }

export interface EligibilityView {
  readonly scheme: string;
  readonly service: string;
  readonly region: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly recorded: readonly { readonly state: RecordedState; readonly minutes: number }[];
  /** What the published rule gives without sales records; absent when it depends on them or on other answers. */
  readonly range?: { readonly from: MoneyText; readonly to: MoneyText };
  readonly refusedFor: readonly string[];
  /** What the range takes for granted. */
  readonly assumes: readonly string[];
  readonly evidence: readonly string[];
  readonly asked: readonly { readonly name: string; readonly label: Readonly<Record<string, string>>; readonly required: boolean }[];
  readonly closesAt: string;
  readonly graceEndsAt: string;
  readonly policy: { readonly key: string; readonly version: number };
}

const LONGEST_MS = 62 * 24 * HOUR;
const ASSUMES = ['open_all_the_time', 'used_the_service', 'business_is_verified', 'no_sales_yet'];

/** "Might I get something, and how much?", before anybody signs up. Reads what is published, and stores nothing. */
@Injectable()
export class EligibilityChecks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly schemes: SchemeQueries,
    private readonly register: RegisterQueries,
    private readonly policies: PolicyQueries,
  ) {}

  /** Codes: `schemes.not_found`, `eligibility.service_not_covered`, `eligibility.window_unusable`, and those of the policy. */
  async check(question: EligibilityQuestion): Promise<Result<EligibilityView>> {
    const { reader } = this.database;
    const scheme = await this.schemes.viewByCode(reader, question.scheme);
    if (!scheme.ok) return scheme;
    if (!scheme.value.services.includes(question.service)) return refuse('eligibility.service_not_covered', { services: scheme.value.services }, { pointer: '/service' });
    const stated = await this.#stated(scheme.value, question.service);
    const window = question.window ?? stated;
    if (window === undefined || window.to <= window.from || window.to - window.from > LONGEST_MS) return refuse('eligibility.window_unusable', { mostDays: LONGEST_MS / (24 * HOUR) }, { pointer: '/window' });
    const policy = await this.policies.effective(reader, scheme.value.policyKey, stated?.from ?? window.from);
    if (!policy.ok) return policy;
    const { outages } = await this.register.facts(reader, { services: [question.service], span: window });
    return ok(this.#view(question, scheme.value, { window, outages, policy: policy.value }));
  }

  #view(question: EligibilityQuestion, scheme: SchemeView, { window, outages, policy }: { window: Interval; outages: readonly OutageFacts[]; policy: ReadyPolicy }): EligibilityView {
    const { service, trade } = question;
    const region = question.region ?? outages.flatMap(({ scopes }) => scopes).find((scope) => scope.service === service)?.region ?? '*';
    const { range, ...found } = likely(policy.resolved, outages, { services: [service], region, window, sector: trade, zone: scheme.zone, country: 'XX', now: this.clock.now() });
    const amount = (minor: string): MoneyText => ({ amount: formatMoney(money(BigInt(minor), policy.resolved.document.currency as never)), currency: policy.resolved.document.currency });
    const { document } = policy.resolved;
    return {
      scheme: scheme.code, service, region, window: { from: formatInstant(window.from), to: formatInstant(window.to) }, ...found,
      ...(range === undefined ? {} : { range: { from: amount(range.leastMinor), to: amount(range.mostMinor) } }),
      assumes: ASSUMES, evidence: document.process.evidence,
      asked: Object.entries<InputDefinition>(document.inputs).filter(([, { source }]) => source === 'asked').map(([name, { label, required }]) => ({ name, label: { ...label }, required })),
      closesAt: scheme.closesAt, graceEndsAt: scheme.graceEndsAt, policy: { key: policy.key, version: policy.version },
    };
  }

  /** The hull of what the operator stated for the service; of the recorded scope where nothing was. */
  async #stated(scheme: SchemeView, service: string): Promise<Interval | undefined> {
    const outages = await Promise.all(scheme.outageIds.map((id) => this.register.outage(this.database.reader, { kind: 'anonymous' }, id)));
    const shown = outages.flatMap((outage) => (outage.ok ? [outage.value] : []));
    const official = shown.flatMap(({ officialWindows }) => officialWindows).filter((row) => row.service === service);
    const rows = official.length > 0 ? official : shown.flatMap(({ scope }) => scope).filter((row) => row.service === service);
    const ends = rows.flatMap(({ from, to }) => (to === undefined ? [] : [{ from: at(from), to: at(to) }]));
    return ends.length === 0 ? undefined : { from: instant(Math.min(...ends.map(({ from }) => from))), to: instant(Math.max(...ends.map(({ to }) => to))) };
  }
}

function at(text: string): Instant {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
}
