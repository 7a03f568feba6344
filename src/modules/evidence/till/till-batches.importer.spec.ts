import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '../../../core/time/index.js';
import { BatchFile, type RecordBatch } from './till-batches.importer.js';

let folder = '';
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'makegood-batches-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

const filled = async (count: number): Promise<{ file: BatchFile; path: string }> => {
  const path = join(folder, String(count));
  const file = new BatchFile(path, 2);
  for (let line = 2; line < count + 2; line += 1) await file.add({ line, kind: 'sale', at: instant(line), periodMs: 0, amountMinor: 5n, id: `"환불\\ ${line}`, tipMinor: 0n, taxMinor: 0n });
  await file.close();
  return { file, path };
};

async function all(file: BatchFile): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for await (const batch of file.batches()) batches.push(batch);
  return batches;
}

describe('a file of batches', () => {
  it('gives back what was written, as often as it is asked', async () => {
    const { file } = await filled(5);
    for (let time = 0; time < 2; time += 1) {
      const batches = await all(file);
      expect(batches.map(({ count, firstLine, lastLine }) => [count, firstLine, lastLine])).toEqual([[2, 2, 3], [2, 4, 5], [1, 6, 6]]);
      expect(batches[2]?.lists).toEqual(['{6}', '{sale}', '{6}', '{0}', '{5}', '{"\\"환불\\\\ 6"}', '{NULL}']);
    }
    expect(await all((await filled(0)).file)).toEqual([]);
  });

  it('is read no further than it is asked, so that a slow database does not fill the memory', async () => {
    const { file, path } = await filled(6);
    const batches = file.batches();
    await batches.next();
    await writeFile(path, (await readFile(path, 'utf8')).replace('{4,5}', '{8,9}'), { flag: 'r+' });
    expect((await batches.next()).value).toMatchObject({ lists: ['{8,9}', ...Array.from({ length: 6 }, () => expect.anything())] });
    await batches.return(undefined);
  });
});
