import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { counterfactuals, explain, sayCounterfactuals, traceDocument, type AssessmentResult, type TracedStep } from '../../src/core/assessment/index.js';
import { LANGUAGES, releasedBlocks } from '../../src/core/policy/index.js';
import { BARE_STEP_WORDS, FACT_WORDS, STEP_WORDS } from '../../src/core/assessment/explanation-words.js';
import { FACTS } from '../../src/core/policy/fact-catalogue.js';
import { REASONS, shippedExamples, type ShippedExample } from '../support/shipped.js';

const examples = shippedExamples();
const titled = examples.map((one) => [one.title, one] as const);
const valid = new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync('docs/api/trace.schema.json', 'utf8')) as object);

const all = (steps: readonly TracedStep[]): TracedStep[] => steps.flatMap((step) => [step, ...(step.candidates ?? []).flatMap((candidate) => all(candidate.steps))]);

describe('the trace of an assessment', () => {
  it.each(titled)('of "%s" has the shape of docs/api/trace.schema.json', (_title, { result, facts, policy }) => {
    valid(traceDocument(result, facts, policy));
    expect(valid.errors).toBeNull();
  });

  it('is refused by its schema when a figure is a number, or a step lacks its rounding', () => {
    const { result, facts, policy } = examples[0] as ShippedExample;
    const whole = traceDocument(result, facts, policy);
    const [first, ...rest] = whole.steps;
    expect(valid({ ...whole, steps: [{ ...first, output: 3 }, ...rest] })).toBe(false);
    expect(valid({ ...whole, steps: [{ ...first, rounding: undefined }, ...rest] })).toBe(false);
    expect(valid({ ...whole, schema: 2 })).toBe(false);
  });

  it('gives every reference that a step used its value, and every parameter its path, unit, source and row', () => {
    const ran = examples.flatMap(({ result, facts, policy }) => all(traceDocument(result, facts, policy).steps)).filter(({ skipped }) => skipped === undefined);
    const params = ran.flatMap(({ params: stated }) => Object.values(stated)).filter(({ path }) => path?.startsWith('$params.') === true);
    expect(params.length).toBeGreaterThan(50);
    expect(params.filter(({ unit, source }) => unit === undefined || source === undefined)).toEqual([]);
    const [dated] = examples.filter(({ title }) => title.includes('2021 Q4')).flatMap(({ result, facts, policy }) => all(traceDocument(result, facts, policy).steps))
      .flatMap(({ params: stated }) => Object.values(stated)).filter(({ inForceFrom }) => inForceFrom !== undefined);
    expect(dated).toMatchObject({ inForceFrom: '2021-10-01' });
    const rows = ran.filter(({ candidates }) => candidates !== undefined);
    expect(rows.length).toBeGreaterThan(0);
    const fields = rows.flatMap(({ candidates = [] }) => candidates.flatMap(({ steps }) => all(steps))).flatMap(({ inputs }) => Object.values(inputs).flat()).filter(({ ref }) => ref.includes('.'));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter(({ value }) => value === null)).toEqual([]);
  });
});

describe('the working in words', () => {
  it.each(LANGUAGES)('names no step by its id in %s, not even one that lacks what its sentence names', (language) => {
    const idsShown = examples.flatMap(({ title, result, policy }) => {
      const bare = { ...result, trace: result.trace.map((node) => ({ ...node, params: {}, working: {} })) };
      return [...explain(result, policy, REASONS, language), ...explain(bare, policy, REASONS, language)]
        .filter(({ step, text }) => step !== undefined && (text.includes(`“${step}”`) || text.includes(`« ${step} »`))).map(({ text }) => `${title}: ${text}`);
    });
    expect(idsShown).toEqual([]);
  });

  it('has words for every block, whatever a step of it lacks', () => {
    const wordless = releasedBlocks().map(({ name }) => name).filter((name) => STEP_WORDS[name] === undefined || (/\{\w+\}/.test(STEP_WORDS[name].en) && BARE_STEP_WORDS[name] === undefined));
    expect(wordless).toEqual([]);
  });

  it.each(titled)('of "%s" says every figure in three languages, with block, inputs, parameters and rounding', (_title, { result, policy }) => {
    const figures = result.trace.filter(({ output, skipped }) => skipped === undefined && output !== null).map(({ id }) => id);
    for (const language of LANGUAGES) {
      const lines = explain(result, policy, REASONS, language);
      expect(lines.filter(({ step }) => step !== undefined).map(({ step }) => step)).toEqual(figures);
      // Not even where there was nothing to compare is a step called by its name in the policy's text.
      expect(lines.filter(({ text }) => /significance@/.test(text))).toEqual([]);
      expect(lines.filter(({ text, figure }) => /\{\w+\}|undefined|\[object/.test(`${text} ${figure ?? ''}`))).toEqual([]);
      for (const { step, source } of lines.filter((line) => line.step !== undefined)) {
        const node = result.trace.find(({ id }) => id === step);
        const named = [node?.block ?? '', ...Object.values(node?.inputs ?? {}), ...Object.values(node?.params ?? {}).flatMap(({ ref }) => ref ?? [])];
        expect(named.filter((part) => source?.includes(part) !== true)).toEqual([]);
        expect(source).toMatch(/; (exact|rounded (floor|ceiling|down|up|half_up|half_even|half_down)( to .+)?)$/);
      }
    }
  });

  it('names the step and its block, whatever a block yields that has no words', () => {
    const { result, policy } = examples[0] as ShippedExample;
    const shapes = [true, 'text', ['a', 'b'], [{ label: '2026-03', minor: '5/2' }], [{ month: '2026-03', fee: { minor: '950', currency: 'GBP' } }], { on: '2026-03-01' }, { at: 0 },
      { benefit: 'days', quantity: '3', unit: 'days' }, { ms: '7/2' }, { number: '3' }, []];
    for (const output of shapes) {
      const odd: AssessmentResult = { ...result, trace: [{ id: 'odd', block: 'unheard_of@1', inputs: {}, params: {}, output }] };
      for (const language of LANGUAGES) expect(explain(odd, policy, REASONS, language).at(-1)).toMatchObject({ step: 'odd', text: expect.stringMatching(/odd.*unheard_of@1/), figure: expect.stringMatching(/\S/) });
    }
    expect(releasedBlocks().length).toBeGreaterThan(30);
  });
});

describe('counterfactuals in words', () => {
  it('have a name for every fact of the catalogue', () => {
    expect(Object.keys(FACTS).filter((name) => FACT_WORDS[name] === undefined)).toEqual([]);
  });

  it.each(titled)('of "%s" are sentences in three languages, without a place that nobody filled', (_title, { facts, policy }) => {
    const found = counterfactuals(facts, policy);
    for (const language of LANGUAGES) {
      const { text, changeable, given, untried } = sayCounterfactuals(found, policy, language);
      const said = [text, ...[...changeable, ...given, ...untried].map((one) => one.text)];
      expect(said.filter((sentence) => !/[.:]$/.test(sentence) || /\{\w+\}|undefined|\[object/.test(sentence))).toEqual([]);
    }
  });

  it('name a turnover, a choice and a yes by their labels', () => {
    const [over] = examples.filter(({ title }) => title.includes('3,000,000,001')) as [ShippedExample];
    expect(sayCounterfactuals(counterfactuals(over.facts, over.policy), over.policy, 'en').given[0]?.text)
      .toBe('Turnover of the year before: 3000000000 KRW instead of 3000000001 KRW. The policy gives 800000 KRW.');
    const [tariff] = examples.filter(({ title }) => title.startsWith('default-gbp') && title.includes('nobody chose the tariff')) as [ShippedExample];
    expect(sayCounterfactuals(counterfactuals(tariff.facts, tariff.policy), tariff.policy, 'fr').changeable[0]?.text)
      .toBe('“Si mes relevés ne montrent pas la perte, appliquez le tarif publié” : oui au lieu de rien. La règle donne 45.00 GBP.');
  });
});
