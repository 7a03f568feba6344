import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { SalesFiles } from './sales-files.port.js';
import { SalesSetsRepository, type SalesSetRow } from './sales-sets.repository.js';
import { faultFile, type FaultWords } from './till/till-fault-file.importer.js';
import type { TillMapping } from './till/till-mapping.rules.js';

export interface Download {
  readonly name: string;
  readonly stream: Readable;
}

/** Files of a subject on their way out: as they came in, or marked with what is wrong in them. Whoever asks was checked before. */
@Injectable()
export class SalesDownloads {
  constructor(private readonly database: Database, private readonly clock: Clock, private readonly files: SalesFiles, private readonly sets: SalesSetsRepository) {}

  async original(subjectId: string, setId: string): Promise<Result<Download>> {
    const set = await this.#set(subjectId, setId);
    if (!set.ok) return set;
    const stream = await this.files.open(set.value.fileSha256);
    return stream === undefined ? refuse('evidence.file_gone') : ok({ name: nameOf(set.value, ''), stream });
  }

  /** The original with two more columns: what is wrong with a line, and in which column. */
  async marked(subjectId: string, setId: string, words: FaultWords): Promise<Result<Download>> {
    const set = await this.#set(subjectId, setId);
    if (!set.ok) return set;
    const source = await this.files.source(set.value.fileSha256);
    if (source === undefined) return refuse('evidence.file_gone');
    const { mapping } = set.value.reading as { mapping: TillMapping };
    const marked = faultFile(source, mapping, this.clock.now(), { words, between: betweenLines(set.value.faults) });
    return ok({ name: nameOf(set.value, '.errors'), stream: Readable.from(marked, { objectMode: false }) });
  }

  async #set(subjectId: string, setId: string): Promise<Result<SalesSetRow>> {
    const set = await this.sets.find(this.database.reader, setId);
    return set === undefined || set.subjectId !== subjectId ? refuse('evidence.set_not_found', { id: setId }) : ok(set);
  }
}

const BETWEEN_LINES = ['evidence.refund_exceeds_sale', 'evidence.periods_overlap'];

/** What reading the file again does not find: clashes with other lines. */
function betweenLines(faults: readonly Refusal[]): ReadonlyMap<number, readonly Refusal[]> {
  const byLine = new Map<number, Refusal[]>();
  for (const fault of faults.filter(({ code }) => BETWEEN_LINES.includes(code))) {
    const line = Number(fault.params['line']);
    byLine.set(line, [...(byLine.get(line) ?? []), fault]);
  }
  return byLine;
}

/** A name that no header and no file system stumbles over. A marked file is text, whatever its original was. */
function nameOf({ fileName, number }: SalesSetRow, mark: '' | '.errors'): string {
  const clean = (fileName ?? `sales-${number}.csv`).replace(/[^\p{L}\p{N}._ -]/gu, '_').slice(-120);
  const at = clean.lastIndexOf('.');
  const [stem, end] = at > 0 ? [clean.slice(0, at), clean.slice(at)] : [clean, '.csv'];
  return mark === '' ? `${stem}${end}` : `${stem}${mark}${/^\.(?:csv|tsv|txt)$/i.test(end) ? end : '.csv'}`;
}
