import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import { hull, parseInstant, type Instant, type Interval } from '../../core/time/index.js';
import { systemActor } from '../../platform/access/actor.js';
import type { Reader } from '../../platform/database/tx.js';
import { MerchantQueries } from '../merchants/index.js';
import { RegisterQueries, type OutageView } from '../outages/index.js';
import { SchemeQueries, type SchemeFacts } from '../schemes/index.js';
import type { EnrolledSite } from './precomputation.rules.js';

/** Recorded trouble of a service in a region, and the time a claim for it would name. */
interface Trouble extends Interval {
  readonly service: string;
  readonly region: string;
  readonly stated: Interval;
}

/** A scheme, and whom its outages met. */
export interface Reached {
  readonly scheme: SchemeFacts;
  readonly troubles: readonly Trouble[];
}

const TROUBLE = ['down', 'degraded', 'unknown'];
const READER = systemActor('changes.precompute');

/** Whom a scheme's outages met: the sites enrolled for one of its services, in a region, while it was troubled there. */
@Injectable()
export class EnrolledSites {
  constructor(private readonly schemes: SchemeQueries, private readonly register: RegisterQueries, private readonly merchants: MerchantQueries) {}

  /** Codes: `schemes.not_found`, `changes.outage_goes_on`. */
  async reached(reader: Reader, schemeId: string): Promise<Result<Reached>> {
    const scheme = await this.schemes.get(reader, schemeId);
    if (!scheme.ok) return scheme;
    const outages: OutageView[] = [];
    for (const id of scheme.value.outageIds) {
      const outage = await this.register.outage(reader, READER, id);
      if (!outage.ok) return outage;
      if (outage.value.state !== 'ended' && outage.value.state !== 'final') return refuse('changes.outage_goes_on', { outage: outage.value.code });
      outages.push(outage.value);
    }
    return ok({ scheme: scheme.value, troubles: outages.flatMap((outage) => troublesOf(outage, scheme.value.services)) });
  }

  count(reader: Reader, { troubles }: Reached): Promise<number> {
    return this.merchants.countEnrolledDuring(reader, troubles);
  }

  /** The next sites in the order of their ids. */
  async next(reader: Reader, { troubles }: Reached, after: string | null, limit: number): Promise<EnrolledSite[]> {
    const rows = await this.merchants.enrolledDuring(reader, troubles, { ...(after === null ? {} : { after }), limit });
    return rows.map(({ siteId, merchantId, spans }) => ({ siteId, merchantId, ...claimed(spans.flatMap((place) => troubles[place - 1] ?? [])) }));
  }
}

const claimed = (troubles: readonly Trouble[]): Pick<EnrolledSite, 'services' | 'window'> => {
  const window = hull(troubles.map(({ stated }) => stated));
  if (window === undefined) throw new TypeError('a site was reached by no trouble');
  return { services: [...new Set(troubles.map(({ service }) => service))].sort(), window };
};

/** A claim names the time the operator stated for a service; where it stated none, from the first trouble to the last of its region. */
function troublesOf({ segments, officialWindows }: OutageView, services: readonly string[]): Trouble[] {
  const troubled = segments.flatMap(({ service, region, state, from, to }) =>
    (services.includes(service) && TROUBLE.includes(state) && to !== undefined ? [{ service, region, from: at(from), to: at(to) }] : []));
  return troubled.map((one): Trouble => {
    const official = officialWindows.filter(({ service }) => service === one.service).map(({ from, to }) => ({ from: at(from), to: at(to) }));
    const own = troubled.filter(({ service, region }) => service === one.service && region === one.region);
    return { ...one, stated: hull(official) ?? hull(own) ?? one };
  });
}

function at(text: string): Instant {
  const read = parseInstant(text);
  if (!read.ok) throw new TypeError(`not an instant: ${text}`);
  return read.value;
}
