import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../core/errors/index.js';
import type { PolicyDocument } from '../../core/policy/index.js';
import { instant, type Instant } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { EligibilityChecks, type EligibilityView } from '../../modules/assessments/index.js';
import { RegisterQueries, type OutageSummary, type ServiceView } from '../../modules/outages/index.js';
import { PolicyQueries, type PolicyView } from '../../modules/policies/index.js';
import { SchemeQueries, type SchemeText, type SchemeView } from '../../modules/schemes/index.js';
import { textsFor } from '../shared/scheme-texts.rules.js';
import type { Visit } from '../shared/portal.page.js';

export interface SchemePage {
  readonly scheme: SchemeView;
  readonly outages: readonly OutageSummary[];
  /** The first trouble of its outages, announced or in their scope; without any, when it opens. */
  readonly began: Instant;
  readonly services: readonly ServiceView[];
  readonly texts: readonly SchemeText[];
  readonly policy: (Pick<PolicyView, 'key' | 'version' | 'hash' | 'title'> & { readonly document: PolicyDocument }) | undefined;
}

/** What the rule gives to somebody, so that words have a figure beside them. */
export interface SchemeExample {
  readonly trade: string;
  readonly range: NonNullable<EligibilityView['range']>;
}

const EXAMPLE_TRADE = 'food';

/** A scheme in words: who may claim, until when, what is asked, how the amount comes about, and every figure with its source. */
@Injectable()
export class SchemePages {
  constructor(
    private readonly database: Database,
    private readonly schemes: SchemeQueries,
    private readonly register: RegisterQueries,
    private readonly policies: PolicyQueries,
    private readonly checks: EligibilityChecks,
  ) {}

  newest(): Promise<SchemeView[]> {
    return this.schemes.page(this.database.reader, { limit: 10 });
  }

  /** Worked out by the engine that pays; undefined where it depends on sales records. */
  async example({ scheme }: SchemePage): Promise<SchemeExample | undefined> {
    const [service] = scheme.services;
    const checked = service === undefined ? undefined : await this.checks.check({ scheme: scheme.code, service, trade: EXAMPLE_TRADE });
    return checked?.ok === true && checked.value.range !== undefined ? { trade: EXAMPLE_TRADE, range: checked.value.range } : undefined;
  }

  async of({ language }: Visit, code: string): Promise<Result<SchemePage>> {
    const { reader } = this.database;
    const scheme = await this.schemes.viewByCode(reader, code);
    if (!scheme.ok) return scheme;
    const outages = await Promise.all(scheme.value.outageIds.map((id) => this.register.outage(reader, { kind: 'anonymous' }, id)));
    const shown = outages.flatMap((outage) => (outage.ok ? [outage.value] : []));
    const services = await Promise.all(scheme.value.services.map((service) => this.register.service(reader, service)));
    const starts = shown.flatMap(({ officialWindows, scope }) => [...officialWindows, ...scope].map(({ from }) => Date.parse(from)));
    const began = instant(starts.length === 0 ? Date.parse(scheme.value.opensAt) : Math.min(...starts));
    const policy = await this.policies.effective(reader, scheme.value.policyKey, began);
    return ok({
      scheme: scheme.value, outages: shown, began, services: services.flatMap((service) => (service.ok ? [service.value] : [])),
      texts: textsFor(scheme.value.texts, language),
      policy: policy.ok ? { key: policy.value.key, version: policy.value.version, hash: policy.value.hash, title: { ...policy.value.resolved.document.title }, document: policy.value.resolved.document } : undefined,
    });
  }
}
