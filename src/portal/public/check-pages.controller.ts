import { Get, Param, Query, UseGuards } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { formatInstant, localToInstant, type Interval } from '../../core/time/index.js';
import { Public } from '../../platform/http/metadata.js';
import { limitedTo } from '../../platform/http/rate-limit.guard.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { EligibilityChecks, type EligibilityView } from '../../modules/assessments/index.js';
import { localText } from '../intake/controls.rules.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { View } from '../shared/view.page.js';
import { SchemePages, type SchemePage } from './scheme-pages.service.js';

/** As the shipped policies name trades. */
const TRADES = ['food', 'retail', 'services', 'transport', 'other'];

/** "Might I get something?", asked by address and answered without keeping anything. */
@Pages('schemes')
export class CheckPagesController {
  constructor(private readonly schemes: SchemePages, private readonly checks: EligibilityChecks) {}

  @Get(':code/check')
  @Public()
  @UseGuards(limitedTo(120, 60))
  async check(@Visitor() visit: Visit, @Param('code') code: string, @Query() query: Record<string, unknown>): Promise<View> {
    const page = unwrap(await this.schemes.of(visit, code));
    const typed = { service: formText(query, 'service', 80), trade: formText(query, 'trade', 40), from: formText(query, 'from', 20), to: formText(query, 'to', 20), who: formText(query, 'who', 10) };
    const data = { ...page, trades: TRADES, typed, moment: exampleIn(page) };
    if (typed.who === 'private') return new View('public/check.njk', { ...data, isPrivate: true });
    if (typed.service === '') return new View('public/check.njk', data);
    const found = await this.#found(page, typed);
    if (!found.ok) return new View('public/check.njk', data, found.refusal.causes ?? [found.refusal], 422);
    return new View('public/check.njk', { ...data, found: found.value });
  }

  #found(page: SchemePage, typed: { service: string; trade: string; from: string; to: string }): Promise<Result<EligibilityView>> {
    const { scheme } = page;
    const window = windowIn(typed, scheme.zone, exampleIn(page));
    if (!window.ok) return Promise.resolve(window);
    const trade = TRADES.find((one) => one === typed.trade);
    if (trade === undefined) return Promise.resolve(refuse('portal.field_missing', {}, { pointer: '/trade' }));
    return this.checks.check({ scheme: scheme.code, service: typed.service, trade, ...(window.value === undefined ? {} : { window: window.value }) })
      .then((checked) => (checked.ok ? checked : { ok: false, refusal: onThePage(checked.refusal) }));
  }
}

/** When the scheme's trouble began, as clocks showed it there: an example of how to write a moment. Edge: with no outage to show, when the scheme opens. */
const exampleIn = ({ scheme, began }: SchemePage): string => localText(formatInstant(began), scheme.zone);

/** Both or neither; as clocks show it where the scheme is. */
function windowIn({ from, to }: { from: string; to: string }, zone: string, example: string): Result<Interval | undefined> {
  if (from.trim() === '' && to.trim() === '') return ok(undefined);
  const [begins, ends] = [localToInstant(from.trim(), zone), localToInstant(to.trim(), zone)];
  const causes = ([['/from', begins], ['/to', ends]] as const).flatMap(([pointer, read]): Refusal[] => (read.ok ? [] : [{ code: 'portal.moment_unlike', params: { example }, pointer }]));
  if (begins.ok && ends.ok) return ok({ from: begins.value, to: ends.value });
  return refuse('portal.moment_unlike', { example }, { causes });
}

const onThePage = (refusal: Refusal): Refusal => (refusal.pointer === '/window' ? { ...refusal, pointer: '/from' } : refusal);
