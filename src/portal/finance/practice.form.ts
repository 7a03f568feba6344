import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { LINE_ANSWERS, STRAY_ANSWERS, type AnswerMix } from '../../modules/payouts/index.js';
import { formText } from '../shared/form-fields.form.js';

export const ANSWERS = [...LINE_ANSWERS, ...STRAY_ANSWERS] as const;
type Answer = (typeof ANSWERS)[number];
export type TypedMix = Readonly<Record<Answer, string>>;

/** What banks say of most files: nearly all is paid, a little is refused or comes back. */
export const USUAL_MIX: TypedMix = { accept: '90', reject: '5', return: '5', duplicate: '', wrong_amount: '', lump: '', delay: '', unknown: '', fee: '' };

/** One reason of each kind that people have to do something else about. */
export const PRACTICE_REASONS = ['AC01', 'AC04', 'AC06', 'BE22', 'MD07', 'AM04', 'AM05', 'MS03', 'RR04'] as const;

/** As it was typed, so that it is there again. */
export const typedMix = (body: unknown): TypedMix => Object.fromEntries(ANSWERS.map((answer) => [answer, formText(body, answer, 10).trim()])) as Record<Answer, string>;

/** How many of a hundred payments get which answer; every slip at its field. Codes: `portal.number_between`, `portal.mix_empty`. */
export function readMix(typed: TypedMix): Result<AnswerMix> {
  const filled = ANSWERS.filter((answer) => typed[answer] !== '');
  const causes = filled.filter((answer) => !/^(\d{1,2}|100)$/.test(typed[answer])).map((answer): Refusal => ({ code: 'portal.number_between', params: { least: 0, most: 100 }, pointer: `/${answer}` }));
  const [first] = causes;
  if (first !== undefined) return { ok: false, refusal: { ...first, causes } };
  const mix = Object.fromEntries(filled.map((answer) => [answer, Number.parseInt(typed[answer], 10)]));
  return LINE_ANSWERS.some((answer) => (mix[answer] ?? 0) > 0) ? ok(mix) : refuse('portal.mix_empty', {}, { pointer: '/accept' });
}

/** Codes of ISO 20022, among those that are offered. */
export function readReasons(body: unknown): { rejectReason: string; returnReason: string } {
  const one = (field: string, otherwise: string): string => PRACTICE_REASONS.find((code) => code === formText(body, field, 4)) ?? otherwise;
  return { rejectReason: one('rejectReason', 'AC04'), returnReason: one('returnReason', 'AC01') };
}

/** The draw that the page was given, so that the same form sent twice gives the same answers. */
export function readSeed(body: unknown): number {
  const text = formText(body, 'seed', 10);
  return /^\d{1,9}$/.test(text) ? Number.parseInt(text, 10) : 0;
}
