import { releasedBlocks } from './blocks/index.js';
import type { Block, InputSpec, ParamSpec } from './block.js';
import { FUND, PROCESS } from './document/index.js';
import { FACTS } from './fact-catalogue.js';

const GROUPS = { gates: 'Gates', time: 'Time (write lanes)', loss: 'Loss', amount: 'Amounts', bounds: 'Bounds' } as const;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const inputRow = ([name, { types, optional, many, about }]: readonly [string, InputSpec]): string =>
  row(`\`${name}\``, `${types.join(', ')}${many === true ? ' (list)' : ''}`, optional === true ? 'no' : 'yes', about);

function kindOf({ kind, like, options }: ParamSpec): string {
  if (like !== undefined) return `as \`${like}\``;
  if (options !== undefined) return options.map((option) => `\`${option}\``).join(', ');
  return kind === 'any' ? 'by its unit' : kind === 'custom' ? 'see below' : kind;
}

const needOf = ({ optional, byDefault }: ParamSpec): string => (byDefault !== undefined ? `\`${byDefault}\` when left out` : optional === true ? 'no' : 'yes');

const paramRow = ([name, spec]: readonly [string, ParamSpec]): string => row(`\`${name}\``, kindOf(spec), needOf(spec), spec.about);

function blockSection(block: Block): string[] {
  const [inputs, params] = [Object.entries(block.inputs), Object.entries(block.params)];
  return [
    `### ${block.name}`, '', `Version ${block.version}. ${block.purpose}`, '',
    ...(inputs.length === 0 ? [] : ['| input | type | needed | what it is |', '| --- | --- | --- | --- |', ...inputs.map(inputRow), '']),
    ...(params.length === 0 ? [] : ['| parameter | kind | needed | what it is |', '| --- | --- | --- | --- |', ...params.map(paramRow), '']),
    `Rounding: ${block.rounding}. Example: ${block.example}. Needed by: ${block.source}.`, '',
  ];
}

/** The block reference, as Markdown: made from the blocks themselves, so it cannot say anything else than what runs. */
export function blockReference(): string {
  const sections = Object.entries(GROUPS).flatMap(([group, title]) => [
    `## ${title}`, '', ...releasedBlocks().filter((block) => block.group === group).flatMap(blockSection),
  ]);
  return [
    '# Blocks', '',
    'Made from `src/core/policy/blocks` by `npm run cli -- policy reference`. A policy is a chain of these; there is no free expression. A parameter is a',
    'literal, `$params.x` (stated with unit and source), or a reference to a value of the same kind. A step whose needed input is null yields null,',
    'and the working says so.', '',
    ...sections,
    '## Process', '', 'What stands under `process`, and settles how a claim is dealt with; none of it is a step.', '',
    '| part | what it settles |', '| --- | --- |', ...Object.entries(PROCESS).map(([part, about]) => row(`\`${part}\``, about)), '',
    '## Fund', '', 'What stands under `fund`: where the money comes from, and how a shared one is shared (docs/domain/sharing-a-fund.md).', '', '| part | what it settles |', '| --- | --- |', ...Object.entries(FUND).map(([part, about]) => row(`\`${part}\``, about)), '',
    '## Facts', '', 'Filled by the system, named as `$facts.…`; an answer never overwrites one.', '',
    '| fact | type | what it is |', '| --- | --- | --- |',
    ...Object.entries(FACTS).map(([name, { type, fields, about }]) =>
      row(`\`${name}\``, fields === undefined ? type : `rows of ${Object.entries(fields).map(([field, of]) => `${field} (${of})`).join(', ')}`, about)),
    '',
  ].join('\n');
}
