import { Injectable } from '@nestjs/common';
import type { Refusal } from '../../core/errors/index.js';
import { mayFor } from '../../platform/access/ownership.js';
import { countriesIn, zonesOf, type Place } from '../../platform/i18n/places.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import {
  COUNTRIES, exampleOf, MerchantMembers, MerchantProfiles, MerchantSites, REGISTRATION_SCHEMES, RegisterProposals, shownPhone, SiteEnrolments, TRADES, type MerchantView,
} from '../../modules/merchants/index.js';
import type { Visit } from '../shared/portal.page.js';
import { again, type View } from '../shared/view.page.js';
import { detailsForm, type DetailsForm } from './details.form.js';
import { differences } from './stale.rules.js';

const REGION = { en: 'GB', ko: 'KR', fr: 'FR' } as const;

/** What the pages of a business show, and how a refused form comes back. */
@Injectable()
export class BusinessPages {
  constructor(
    private readonly profiles: MerchantProfiles,
    private readonly sites: MerchantSites,
    private readonly enrolments: SiteEnrolments,
    private readonly members: MerchantMembers,
    private readonly proposals: RegisterProposals,
  ) {}

  async merchant(visit: Visit, id: string): Promise<MerchantView> {
    return unwrap(await this.profiles.get(visit.ctx, id));
  }

  async overview(visit: Visit, id: string): Promise<object> {
    const merchant = await this.merchant(visit, id);
    const { items: sites } = unwrap(await this.sites.list(visit.ctx, id));
    const services = await Promise.all(sites.map(async (site) => unwrap(await this.enrolments.list(visit.ctx, site.id)).items.length));
    return {
      merchant, sites: sites.map((site, index) => ({ ...site, serviceCount: services[index] ?? 0 })), phone: merchant.phone === null ? null : shownPhone(merchant.phone),
      memberCount: unwrap(await this.members.list(visit.ctx, id)).items.length, mayEdit: mayFor(visit.ctx.actor, 'merchant.edit', id),
      proposal: unwrap(await this.proposals.latest(visit.ctx, id)), mayAsk: this.proposals.canAsk(merchant.registration.scheme),
      others: (await this.profiles.mine(visit.ctx)).length > 1,
    };
  }

  /** Choices of the page that says who a business is. */
  choices({ language }: Visit, form: Pick<DetailsForm, 'country' | 'zone' | 'trade'>): object {
    return {
      countries: countriesIn(language, COUNTRIES), zones: this.zones(form.country, form.zone), trades: TRADES, otherTrade: form.trade !== '' && !(TRADES as readonly string[]).includes(form.trade),
      schemes: REGISTRATION_SCHEMES.map((scheme) => ({ scheme, example: exampleOf(scheme) })),
    };
  }

  countries({ language }: Visit): Place[] {
    return countriesIn(language, COUNTRIES);
  }

  /** The zones of a country, and the one that is kept although it is not among them. */
  zones(country: string, kept: string): readonly string[] {
    const zones = zonesOf(country);
    return kept === '' || zones.includes(kept) ? zones : [kept, ...zones];
  }

  /** What a new business most likely is, by the language somebody reads. */
  blank({ language }: Visit): DetailsForm {
    const country = REGION[language];
    return { legalName: '', country, scheme: '', number: '', trade: '', language, zone: zonesOf(country)[0] ?? 'UTC' };
  }

  /**
   * The page again with all that was typed. Where somebody else was quicker, it shows both: the typed in its field, the stored beside it,
   * and sending it once more is a decision.
   */
  refused<Form extends object>(template: string, data: object, refusal: Refusal, typed: Form, stored: { form: Form; version: number }): View {
    const stale = refusal.code === 'http.stale';
    const status = stale ? 409 : refusal.pointer === undefined && refusal.causes === undefined ? 409 : 422;
    return again(template, { ...data, form: typed, ...(stale ? { meanwhile: differences(typed, stored.form), version: stored.version } : {}) }, refusal, status);
  }

  stored(merchant: MerchantView): { form: DetailsForm; version: number } {
    return { form: detailsForm(merchant), version: merchant.version };
  }
}
