import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, formatMoney, money } from '../../src/core/money/index.js';
import { answered, compilePolicy, exampleFacts, exampleGiven, LANGUAGES, type InputDefinition, type InputType, type Language } from '../../src/core/policy/index.js';
import { formatInstant, type Instant } from '../../src/core/time/index.js';
import { checkAnswers } from '../../src/modules/claims/answers.rules.js';
import { readTyped, typedIn } from '../../src/portal/intake/answer.form.js';
import { controlOf, typedFrom, weeksOf, type AskingGround } from '../../src/portal/intake/controls.rules.js';
import { policyChange, questionsOf } from '../../src/portal/intake/questions.rules.js';
import { plainNumber } from '../../src/portal/intake/typed-number.rules.js';
import { REASONS, shippedPolicies } from '../support/shipped.js';

const WORDS = Object.fromEntries(LANGUAGES.map((language) => [language, JSON.parse(readFileSync(`src/portal/locales/${language}.json`, 'utf8')) as { intake: { options: Record<string, string>; fields: Record<string, string> } }])) as Record<Language, { intake: { options: Record<string, string>; fields: Record<string, string> } }>;

const inputs = shippedPolicies().flatMap(({ document }) => Object.entries(document.inputs).map(([name, input]) => ({ policy: document.policy, name, input, code: currency(document.currency) })));

/** A form posts names and texts; what comes back is read as the page reads it. */
function throughTheForm(answer: unknown, input: InputDefinition, ground: AskingGround): unknown {
  const typed = typedFrom(answer, input, ground);
  const body = Object.fromEntries(Object.entries(typed).map(([name, text]) => [`all-${name}`, text]));
  const read = readTyped(typedIn(body, 'all', input), input, ground);
  if (!read.ok) throw new Error(`${JSON.stringify(read.refusal)} for ${JSON.stringify(answer)} typed as ${JSON.stringify(typed)}`);
  return read.value;
}

const decimal = (most: number): fc.Arbitrary<string> => fc.tuple(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: most })).map(([whole, places]) =>
  (places === 0 ? String(whole) : `${whole}.${'1'.repeat(places)}`));
const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const instant = fc.integer({ min: 0, max: 2_000_000 }).map((minutes) => formatInstant((Date.UTC(2022, 0, 1) + minutes * 60_000) as Instant));

function answerOf(type: InputType, input: InputDefinition, code: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'money': return fc.bigInt({ min: 0n, max: 10n ** 12n }).map((minor) => formatMoney(money(minor, currency(code))));
    case 'ratio': return fc.oneof(fc.integer({ min: 0, max: 100 }).map((share) => `0.${String(share).padStart(3, '0')}`), fc.integer({ min: 0, max: 999 }).map((share) => `${share}%`), fc.constantFrom('0', '1'));
    case 'number': return decimal(4);
    case 'text': return fc.constantFrom('a', '한글 이름', 'two\nlines');
    case 'boolean': return fc.boolean();
    case 'choice': return fc.constantFrom(...(input.options ?? ['']));
    case 'date': return day;
    case 'instant': return instant;
    case 'duration': return fc.tuple(decimal(1), fc.constantFrom('minutes', 'hours', 'days')).map(([value, unit]) => `${value} ${unit}`);
    case 'intervals': return fc.constant([{ from: '2022-10-15T06:30:00.000Z', to: '2022-10-15T08:00:00.000Z' }]);
    case 'series': {
      const weeks = weeksOf(input);
      const one = weeks.length > 0 ? fc.subarray(weeks, { minLength: 1 }) : fc.array(day, { minLength: 1, maxLength: 6 });
      return one.map((days) => days.map((from, at) => ({ from, amount: formatMoney(money(BigInt(at * 1_000 + 7), currency(code))) })));
    }
    case 'list': {
      const { fields } = input;
      if (fields === undefined) return fc.array(fc.constantFrom('one', 'two words', '세'), { minLength: 1, maxLength: 5 });
      return fc.array(fc.record(Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, of === 'text' ? fc.constantFrom('a', '2020-07') : answerOf(of, input, code)]))), { minLength: 1, maxLength: 9 });
    }
  }
}

describe('every input of every shipped policy', () => {
  it('is one question of the form, in one part of it', () => {
    for (const { document } of shippedPolicies()) expect(questionsOf(document).map(({ name }) => name).sort()).toEqual(Object.keys(document.inputs).sort());
    expect(inputs.length).toBeGreaterThan(100);
  });

  it.each(LANGUAGES)('comes back from its page in %s as it was answered', (language) => {
    for (const { input, code } of inputs) {
      const ground = { currency: code, zone: 'Asia/Seoul', language };
      fc.assert(fc.property(answerOf(input.type, input, code), (answer) => expect(throughTheForm(answer, input, ground)).toEqual(answer)), { numRuns: 20 });
    }
  });

  it.each(LANGUAGES)('has its options and fields in words, in %s', (language) => {
    const { options, fields } = WORDS[language].intake;
    const unsaid = inputs.flatMap(({ policy, name, input }) => [
      ...(input.options ?? []).filter((option) => options[option] === undefined && input.words?.options?.[option] === undefined && !/^[\d-]+$|^[A-D]$/.test(option)).map((option) => `${policy} ${name} ${option}`),
      ...Object.keys(input.fields ?? {}).filter((field) => fields[field] === undefined && input.words?.fields?.[field] === undefined).map((field) => `${policy} ${name} ${field}`),
    ]);
    expect(unsaid).toEqual([]);
  });

  it('takes what the policy\'s own examples answer', () => {
    let asked = 0;
    for (const policy of shippedPolicies()) {
      const code = currency(policy.document.currency);
      for (const index of policy.document.examples.keys()) {
        const facts = exampleFacts(policy.document, exampleGiven(policy.document.examples, index));
        for (const [name, { value }] of Object.entries(facts.inputs)) {
          const input = policy.document.inputs[name];
          // An example may label a month; a claim's answer dates it, so the API does not take that either.
          if (input === undefined || value === null || !checkAnswers({ [name]: value }, policy.document).ok) continue;
          const ground = { currency: code, zone: facts.site.zone, language: 'en' as const };
          const given = { currency: code, window: facts.claim.window };
          expect(answered(throughTheForm(value, input, ground), input, given)).toEqual(answered(value, input, given));
          asked += 1;
        }
      }
    }
    expect(asked).toBeGreaterThan(200);
  });
});

describe('a number as people type it', () => {
  it.each<[string, Language, number | undefined, string | undefined]>([
    ['1,234', 'en', 2, '1234'], ['1,234.50', 'en', 2, '1234.50'], ['1 234,50', 'fr', 2, '1234.50'], ['1.234,50', 'fr', 2, '1234.50'], ['12,5', 'en', 2, '12.5'], ['₩12,000', 'ko', 0, '12000'],
    ['12000원', 'ko', 0, '12000'], ['１２３', 'ko', 0, '123'], ['£5', 'en', 2, '5'], ['1.234', 'en', undefined, '1.234'], ['1,234', 'fr', undefined, '1.234'], ['0.125', 'en', 2, '0.125'],
    ['12.5', 'ko', 0, undefined], ['1,23,456', 'en', 2, undefined], ['', 'en', 2, undefined], ['about 5', 'en', 2, undefined], ['5-3', 'en', 2, undefined], ['1e5', 'en', 2, undefined], ['-5', 'en', 2, '-5'],
    // What is written beside the figures and changes them is never dropped.
    ['−5', 'en', 2, '-5'], ['£−5', 'en', 2, '-5'], ['(500)', 'en', 2, undefined], ['5-', 'en', 2, undefined], ['5 %', 'en', 2, undefined], ['500만원', 'ko', 0, undefined], ['3천', 'ko', 0, undefined], ['1억', 'ko', 0, undefined],
    ['12k', 'en', 2, undefined], ['1.2 m', 'en', 2, undefined], ['3 Mio', 'fr', 2, undefined], ['12 € ', 'fr', 2, '12'], ['GBP 12', 'en', 2, '12'], ['30 min', 'en', undefined, '30'],
  ])('%j in %s', (typed, language, decimals, plain) => {
    expect(plainNumber(typed, language, decimals)).toBe(plain);
  });

  it('is never read as another one: grouped and cut into decimals, it is what it was', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }), (whole, part) => {
      const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
      const cents = String(part).padStart(2, '0');
      expect(plainNumber(`${grouped}.${cents}`, 'en', 2)).toBe(`${whole}.${cents}`);
      expect(plainNumber(`${grouped.replaceAll(',', ' ')},${cents}`, 'fr', 2)).toBe(`${whole}.${cents}`);
      expect(plainNumber(grouped, 'ko', 0)).toBe(String(whole));
    }));
  });

  it('that could be a share or per cent is asked again', () => {
    const input = { type: 'ratio', label: { en: '', ko: '', fr: '' }, source: 'asked', scope: 'site', required: true } as const;
    const ground = { currency: currency('GBP'), zone: 'UTC', language: 'en' } as const;
    expect(readTyped({ value: '62' }, input, ground)).toMatchObject({ ok: false, refusal: { code: 'intake.share_unclear' } });
    expect(readTyped({ value: '062' }, input, ground)).toMatchObject({ ok: false, refusal: { code: 'intake.share_unclear' } });
    expect(readTyped({ value: '−5 %' }, input, ground)).toMatchObject({ ok: false, refusal: { code: 'intake.share_unreadable' } });
    expect(readTyped({ value: '62 %' }, input, ground)).toMatchObject({ ok: true, value: '62%' });
  });
});

describe('what was typed and cannot be read', () => {
  it('is a message about a field of that question, never a crash', () => {
    fc.assert(fc.property(fc.constantFrom(...inputs), fc.dictionary(fc.constantFrom('value', 'unit', 'day', 'month', 'year', 'time', '0-from', '0-amount', '1-to', '0-month', '0-day'), fc.string({ maxLength: 30 })), ({ input, code }, typed) => {
      const read = readTyped(typed, input, { currency: code, zone: 'Europe/London', language: 'ko' });
      if (!read.ok) expect(read.refusal.pointer ?? '').toMatch(/^\/[\w-]+$/);
      else if (read.value !== null) expect(answered(read.value, input, { currency: code, window: { from: 0 as Instant, to: 1 as Instant } }) !== null || controlOf(input).cell === 'rows').toBe(true);
    }), { numRuns: 1_500 });
  });
});

describe('a policy that changed', () => {
  const label = (en: string) => ({ en, ko: en, fr: en });
  const one = (more: Partial<InputDefinition> = {}): InputDefinition => ({ type: 'money', label: label('a'), source: 'asked', scope: 'site', required: true, ...more });

  it('keeps answers to what asks for the same kind of thing, whatever it is called, and names what is new, other and gone', () => {
    expect(policyChange({ inputs: { same: one(), renamed: one(), other: one(), gone: one() } }, { inputs: { same: one(), renamed: one({ label: label('b') }), other: one({ type: 'number' }), fresh: one() } }))
      .toEqual({ kept: ['same', 'renamed'], reworded: ['other'], fresh: ['fresh'], gone: ['gone'] });
  });
});

describe('words that a policy gives its form', () => {
  const source = readFileSync('policies/kr-kt-2021.yaml', 'utf8');
  const withWords = (words: string): ReturnType<typeof compilePolicy> => compilePolicy(source.replace(/( +)(options: .*\n)/, `$1$2$1words: ${words}\n`), REASONS);
  const said = '{ en: a, ko: 가, fr: à }';

  it('are kept with the input, and leave the hash of a policy without them as it was', () => {
    const [option = ''] = shippedPolicies().find(({ document }) => document.policy === 'kr-kt-2021')?.document.inputs['product']?.options
      ?? Object.values(compilePolicy(source, REASONS).policy?.document.inputs ?? {}).flatMap(({ options }) => options ?? []);
    const { policy, faults } = withWords(`{ example: ${said}, options: { ${option}: ${said} } }`);
    expect(faults).toEqual([]);
    expect(Object.values(policy?.document.inputs ?? {}).find(({ words }) => words !== undefined)?.words?.options?.[option]).toEqual({ en: 'a', ko: '가', fr: 'à' });
    expect(JSON.stringify(compilePolicy(source, REASONS).policy?.document)).not.toContain('"words"');
  });

  it.each(['{ options: { nobody: { en: a, ko: 가, fr: à } } }', '{ example: { en: a } }', '{ colour: red }'])('that nobody would read are a fault with its place: %s', (words) => {
    expect(withWords(words).faults).toEqual(expect.arrayContaining([expect.objectContaining({ line: expect.any(Number) })]));
  });
});
