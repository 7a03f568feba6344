import type { ExplanationLine } from '../../../core/assessment/index.js';
import { reasonText, type Language, type ReasonCatalogue } from '../../../core/policy/index.js';
import { addLocalDays, type Instant } from '../../../core/time/index.js';
import type { Formatting } from '../../../platform/i18n/formatting.js';
import { inLanguage, type Translate } from '../../../platform/i18n/translations.js';
import type { DeterminationOutcome } from '../../claims/index.js';
import type { LetterBlock, LetterDocument, LetterPart, LetterPartName } from './letter-document.rules.js';

type Texts = Readonly<Record<string, string>>;

/** What holds and is told; a recommendation only prepares. */
export const LETTER_STAGES = ['decision', 'objection', 'reduction', 'allocation'] as const;
export type LetterStage = (typeof LETTER_STAGES)[number];

export interface DecisionFacts {
  readonly reference: string;
  readonly business: string;
  readonly place: string;
  /** Of the place of business: its dates are those of its calendar. */
  readonly zone: string;
  readonly address: string;
  readonly determination: {
    readonly stage: LetterStage;
    readonly outcome: DeterminationOutcome;
    readonly reasons: readonly { readonly code: string; readonly params: Texts }[];
    readonly amountMinor: string | null;
    /** Of that amount, as tax; nothing where nothing was granted. */
    readonly withheldMinor: string;
    readonly byRule: boolean;
    /** By a body that belongs to nobody here. */
    readonly outside: boolean;
    readonly at: Instant;
  };
  readonly currency: string;
  /** The amount is what the claim comes to in full; its share of the fund is not known yet. */
  readonly isPoints: boolean;
  /** Of an objection that was dismissed: what was granted before and stands; in full where its share of the fund is not known yet, nothing where nothing was. */
  readonly stands: { readonly grossMinor: bigint; readonly withheldMinor: bigint; readonly isPoints: boolean } | undefined;
  /** Nobody can object to it any more. */
  readonly isLast: boolean;
  /** Nobody has to accept it: the policy asks for no acceptance, or an earlier one carries over. */
  readonly isDueAtOnce: boolean;
  readonly rule: { readonly title: Texts; readonly key: string; readonly version: number; readonly offerDays: string; readonly objectionDays: string };
  readonly scheme: { readonly title: Texts; readonly contact: Texts; readonly payDays: number | undefined; readonly texts: readonly { readonly kind: string; readonly language: string; readonly body: string }[] };
  readonly reasons: ReasonCatalogue;
  /** The working in the letter's language. */
  readonly lines: readonly ExplanationLine[];
}

export interface Speech {
  readonly language: Language;
  readonly t: Translate;
  readonly f: Formatting;
}

/** What of a sum in minor units is withheld as tax, and what reaches the business. */
export function saidOfTax({ grossMinor, withheldMinor }: { readonly grossMinor: bigint; readonly withheldMinor: bigint }, currency: string, { t, f }: Pick<Speech, 't' | 'f'>): string {
  const [withheld, net] = [withheldMinor, grossMinor - withheldMinor].map((minor) => f.minor(String(minor), currency));
  return withheldMinor === 0n ? t('tax.none') : t('tax.some', { withheld: withheld ?? '', net: net ?? '' });
}

const paragraph = (text: string): LetterBlock => ({ kind: 'paragraph', text });

/** A number of days as a policy states it; undefined when it states none. */
const daysOf = (text: string): number | undefined => (/^[1-9]\d{0,3}$/.test(text) ? Number.parseInt(text, 10) : undefined);

/**
 * A decision in words, made from its reason codes, figures and rule alone. Deadlines run from the day the letter reaches the business;
 * the day named is the one before which none ends. Edge: a part that has nothing to say is left out.
 */
export function decisionLetter(facts: DecisionFacts, speech: Speech): LetterDocument {
  const { t, f, language } = speech;
  const { determination, rule, scheme, zone, reference } = facts;
  const part = (name: LetterPartName, ...blocks: readonly LetterBlock[]): LetterPart[] => (blocks.length === 0 ? [] : [{ name, title: t(`${name}.title`), blocks }]);
  return {
    language, title: t(`title.${determination.stage}`, { reference }), reference, at: determination.at,
    facts: [
      ['reference', reference], ['business', facts.business], ['place', facts.place], ['scheme', inLanguage(scheme.title, language)],
      ['rule', t('facts.rule_is', { title: inLanguage(rule.title, language), key: rule.key, version: String(rule.version) })], ['decided', f.stamp(determination.at, zone)], ['page', facts.address],
    ].map(([label = '', text = '']) => ({ label: t(`facts.${label}`), text })),
    parts: [
      ...part('decision', ...decided(facts, speech)), ...part('why', ...whyOf(facts, speech)), ...part('working', ...workingOf(facts, speech)),
      ...part('next', ...nextOf(facts, speech)), ...part('objection', ...objectionOf(facts, speech)), ...part('who', ...whoOf(facts, speech)),
      ...part('limits', ...quoted(facts, 'limitation', language)), ...part('contact', ...contactOf(facts)),
    ],
  };
}

const isDismissal = ({ determination: { stage, outcome } }: DecisionFacts): boolean => stage === 'objection' && outcome === 'refuse';

function decided(facts: DecisionFacts, speech: Speech): LetterBlock[] {
  const { determination: { stage, outcome, amountMinor, withheldMinor }, currency, isPoints } = facts;
  const { t, f } = speech;
  if (isDismissal(facts)) return [paragraph(t('decision.objection')), ...standing(facts, speech)];
  const amount = amountMinor === null ? '' : f.minor(amountMinor, currency);
  const tax = amountMinor === null || withheldMinor === '0' ? [] : [paragraph(saidOfTax({ grossMinor: BigInt(amountMinor), withheldMinor: BigInt(withheldMinor) }, currency, speech))];
  return [...(stage === 'decision' ? [] : [paragraph(t(`decision.${stage}`))]), paragraph(t(isPoints ? 'decision.points' : `decision.${outcome}`, { amount })), ...tax];
}

function standing({ stands, currency }: DecisionFacts, speech: Speech): LetterBlock[] {
  const { t, f } = speech;
  if (stands === undefined) return [paragraph(t('decision.stands_nothing'))];
  const amount = f.minor(String(stands.grossMinor), currency);
  if (stands.isPoints) return [paragraph(t('decision.stands_points', { amount }))];
  return [paragraph(t('decision.stands', { amount })), ...(stands.withheldMinor === 0n ? [] : [paragraph(saidOfTax(stands, currency, speech))])];
}

/** Each reason as its catalogue says it. Edge: a code nobody wrote words for is shown as it is. */
function whyOf({ determination, reasons }: DecisionFacts, { language }: Speech): LetterBlock[] {
  const items = determination.reasons.map(({ code, params }) => reasonText(reasons[code]?.[language] ?? code, params));
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

function workingOf({ lines }: DecisionFacts, { t }: Speech): LetterBlock[] {
  const rows = lines.flatMap(({ step, text, figure }) => (step === undefined || figure === undefined || figure === '' ? [] : [[text, figure] as const]));
  return rows.length === 0 ? [] : [{ kind: 'table', caption: t('working.caption'), heads: [t('working.step'), t('working.figure')], rows }, paragraph(t('working.more'))];
}

function nextOf(facts: DecisionFacts, { t, f }: Speech): LetterBlock[] {
  const { determination, isPoints, isDueAtOnce, isLast, stands, rule, scheme, zone } = facts;
  if (isDismissal(facts) && stands !== undefined) return [paragraph(t(stands.isPoints ? 'next.points' : isDueAtOnce ? 'next.stands' : 'next.offer_stands'))];
  if (determination.outcome !== 'award') return [paragraph(t(isLast ? 'next.over' : 'next.nothing'))];
  if (isPoints) return [paragraph(t('next.points'))];
  if (isDueAtOnce) return [paragraph(t('next.pay')), ...(scheme.payDays === undefined ? [] : [paragraph(t('next.pay_by', { days: f.number(scheme.payDays) }))])];
  const days = daysOf(rule.offerDays);
  return days === undefined ? [] : [paragraph(t('next.offer', { days: f.number(days), date: f.date(addLocalDays(determination.at, zone, days), zone) }))];
}

function objectionOf({ determination, isLast, rule, zone }: DecisionFacts, { t, f }: Speech): LetterBlock[] {
  if (isLast) return [paragraph(t('objection.last'))];
  const days = daysOf(rule.objectionDays);
  if (days === undefined) return [];
  return [
    paragraph(t('objection.by', { days: f.number(days), date: f.date(addLocalDays(determination.at, zone, days), zone) })),
    paragraph(t('objection.how')), paragraph(t('objection.means')),
  ];
}

function whoOf(facts: DecisionFacts, { t, language }: Speech): LetterBlock[] {
  return [paragraph(t(whoKey(facts.determination))), ...quoted(facts, 'who_decides', language)];
}

/** A share is worked out by the rule of its fund, and approved by people. */
function whoKey({ byRule, outside, stage }: DecisionFacts['determination']): string {
  if (outside) return 'who.outside';
  if (stage === 'allocation') return 'who.allocation';
  if (byRule) return 'who.rule';
  return stage === 'objection' ? 'who.objection' : 'who.people';
}

/** A text of the scheme in the letter's language, else the one there is. */
function quoted({ scheme }: DecisionFacts, kind: string, language: Language): LetterBlock[] {
  const texts = scheme.texts.filter((text) => text.kind === kind && text.body.trim() !== '');
  const found = texts.find((text) => text.language === language) ?? texts[0];
  return found === undefined ? [] : [{ kind: 'quote', language: found.language, text: found.body.trim() }];
}

function contactOf({ scheme: { contact } }: DecisionFacts): LetterBlock[] {
  const said = [contact['name'], contact['email'], contact['phone']].filter((one) => one !== undefined && one !== '').join(', ');
  return said === '' ? [] : [paragraph(said)];
}
