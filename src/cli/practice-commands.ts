import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { LINE_ANSWERS, PracticeBank, STRAY_ANSWERS, type AnswerMix } from '../modules/payouts/index.js';
import { problemOf } from '../platform/http/problem.js';
import type { Command } from './command.js';

const USAGE = 'practice-bank answer --batch <id> --mix accept=90,reject=3 --seed 1 --out <folder>';
const KINDS: readonly string[] = [...LINE_ANSWERS, ...STRAY_ANSWERS];
const SHARE = /^(?<kind>[a-z_]+)=(?<share>\d{1,3})(?::(?<reason>[A-Z]{2}\d{2}))?$/;

interface Wished {
  readonly mix: AnswerMix;
  readonly reasons: Readonly<Record<string, string>>;
}

/** `reject=3:AC04` is three of a hundred, with that reason. Undefined for anything that cannot be read. */
function wished(text: string): Wished | undefined {
  const parts = text.split(',').map((part) => SHARE.exec(part)?.groups);
  if (parts.some((part) => part === undefined || !KINDS.includes(part['kind'] ?? '') || Number.parseInt(part['share'] ?? '', 10) > 100)) return undefined;
  const mix = Object.fromEntries(parts.map((part) => [part?.['kind'], Number.parseInt(part?.['share'] ?? '', 10)])) as AnswerMix;
  const reasons = Object.fromEntries(parts.flatMap((part) => (part?.['reason'] === undefined ? [] : [[part['kind'] ?? '', part['reason']]])));
  return { mix, reasons };
}

export const practiceBankAnswer: Command = {
  name: 'practice-bank answer', usage: 'practice-bank answer --batch … --mix …', about: `writes what a bank to practise on answers to a released batch; of a hundred payments: ${KINDS.join(', ')}`, needsApp: true,
  async run(args, terminal, app) {
    const { values: { batch = '', mix = 'accept=100', seed = '1', out = '.' } } = parseArgs({
      args: [...args], options: { batch: { type: 'string' }, mix: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } },
    });
    const wish = wished(mix);
    if (wish === undefined || batch === '' || !/^\d{1,9}$/.test(seed)) {
      terminal.complain(USAGE);
      return 2;
    }
    const { reject, return: returned } = wish.reasons;
    const answered = await app().get(PracticeBank).answer({
      batchId: batch, mix: wish.mix, seed: Number.parseInt(seed, 10), ...(reject === undefined ? {} : { rejectReason: reject }), ...(returned === undefined ? {} : { returnReason: returned }),
    });
    if (!answered.ok) {
      terminal.complain(problemOf(answered.refusal, 'cli').detail);
      return 1;
    }
    await mkdir(out, { recursive: true });
    for (const { name, on, bytes } of answered.value.files) {
      await pipeline(Readable.from(bytes()), createWriteStream(join(out, name)));
      terminal.say(`${on}  ${join(out, name)}`);
    }
    return 0;
  },
};
