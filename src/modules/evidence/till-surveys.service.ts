import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { SalesFiles } from './sales-files.port.js';
import { TillUploadsRepository } from './till-uploads.repository.js';
import type { TillHints } from './till/till-detection.rules.js';
import { settleMapping, type TillMapping, type TillQuestion } from './till/till-mapping.rules.js';
import { previewTill, rawTill, surveyTill, type TillSurvey } from './till/till.importer.js';
import { foundIn, previewLine, uploadHead, type PreviewLine, type TillLook } from './views/till-look.js';
import type { TillUploadRow } from './views/till-upload-row.js';

/** What can be read of an upload: enough to say how, without having stored it. */
export type Readable = Pick<TillUploadRow, 'merchantId' | 'fileSha256' | 'statement'>;

const HEADER_MISSING = 'evidence.header_missing';

interface Surveyed {
  readonly survey: TillSurvey;
  readonly settled: Result<TillMapping>;
}

/** Finds out how a kept file is to be read, from the file, from what was said about it, and from what this merchant said before. */
@Injectable()
export class TillSurveys {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly files: SalesFiles,
    private readonly uploads: TillUploadsRepository,
  ) {}

  /** How to read it, or everything that is open, one cause a question. */
  async mappingOf(upload: Readable, hints: TillHints): Promise<Result<TillMapping>> {
    const surveyed = await this.#survey(upload, hints);
    if (!surveyed.ok) return surveyed;
    const { survey, settled } = surveyed.value;
    if (settled.ok || settled.refusal.code !== 'evidence.till_unanswered') return settled;
    return refuse(settled.refusal.code, settled.refusal.params, { causes: survey.questions.map(asked) });
  }

  async look(row: TillUploadRow, hints: TillHints): Promise<TillLook> {
    const head = uploadHead(row);
    const surveyed = await this.#survey(row, hints);
    // Which row is the header can be said by whoever knows the file.
    if (!surveyed.ok && surveyed.refusal.code === HEADER_MISSING) return { ...head, questions: [{ about: 'headerRow' }], preview: [], isReady: false };
    if (!surveyed.ok) return { ...head, questions: [], preview: [], isReady: false, refusal: surveyed.refusal };
    const { survey, settled } = surveyed.value;
    const refusal = refusalOf(settled) ?? row.refusal ?? undefined;
    return {
      ...head, found: foundIn(survey), questions: survey.questions, isReady: settled.ok, preview: await this.#preview(row, survey, settled),
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  async #survey({ merchantId, fileSha256, statement }: Readable, hints: TillHints): Promise<Result<Surveyed>> {
    const source = await this.files.source(fileSha256);
    if (source === undefined) return refuse('evidence.file_gone');
    const survey = await surveyTill(source, hints, statement, (fingerprint) => this.uploads.remembered(this.database.reader, merchantId, fingerprint));
    return survey.ok ? ok({ survey: survey.value, settled: settleMapping(survey.value.draft, survey.value.questions) }) : survey;
  }

  async #preview({ fileSha256 }: TillUploadRow, { draft }: TillSurvey, settled: Result<TillMapping>): Promise<readonly PreviewLine[]> {
    const source = await this.files.source(fileSha256);
    if (source === undefined) return [];
    if (!settled.ok) {
      const raw = await rawTill(source, draft);
      return raw.ok ? raw.value.map(({ line, fields }) => ({ line, raw: fields, read: [], faults: [] })) : [];
    }
    const readings = await previewTill(source, settled.value, this.clock.now());
    return readings.ok ? readings.value.map((reading) => previewLine(reading, settled.value)) : [];
  }
}

function asked({ about, options = [], example = '' }: TillQuestion): Refusal {
  const code = `evidence.asks_${about.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)}`;
  return about === 'taxRate' ? { code, params: { from: options[0] ?? '', to: options[1] ?? '' }, pointer: '/taxRatePercent' } : { code, params: { options: [...options], example } };
}

/** What is merely open is asked, not refused. */
const refusalOf = (settled: Result<TillMapping>): Refusal | undefined =>
  (settled.ok || settled.refusal.code === 'evidence.till_unanswered' ? undefined : settled.refusal);
