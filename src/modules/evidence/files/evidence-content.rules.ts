import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';
import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { EVIDENCE_FORMS, EVIDENCE_TYPES, isEvidenceType, type EvidenceType } from './evidence-limits.rules.js';

/** As much of a file as is needed to say what it is. */
export interface Sample {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  /** Which of `MARKS` stand anywhere in it. */
  readonly marks: ReadonlySet<string>;
  readonly sizeBytes: number;
}

export const HEAD_BYTES = 1_048_576;
/** A ZIP directory ends at most this far from the end of a file: its last record and the longest remark. */
export const TAIL_BYTES = 22 + 65_535;
/** What makes a PDF do something when it is opened; looked for as it stands, nothing is unpacked. */
export const MARKS = ['/JavaScript', '/Launch'] as const;

/** No camera makes larger ones; whoever opens such a picture may find their machine full. */
const LONGEST_SIDE = 20_000;
const MOST_PIXELS = 250_000_000;

const SALES_TYPES = /spreadsheet|ms-excel|^text\/csv$|x-cfb/;
const SALES_ENDINGS = /\.(csv|tsv|xlsx?|ods)$/i;

export interface Judged {
  readonly mediaType: EvidenceType;
  readonly ending: string;
}

/**
 * What a file is, by its bytes alone; its declared name only makes a refusal clearer. Nothing is unpacked or drawn.
 * Codes: `evidence.upload_empty`, `_sales`, `_unknown`, `_double`, `_huge`, `_active`.
 */
export async function judgeContent(sample: Sample, statedName: string | undefined): Promise<Result<Judged>> {
  if (sample.sizeBytes === 0) return refuse('evidence.upload_empty');
  const found = await typeOf(sample.head);
  if (found === undefined || !isEvidenceType(found)) return { ok: false, refusal: notTaken(found, statedName) };
  if (endsAsArchive(sample.tail)) return refuse('evidence.upload_double', { found });
  const fault = found === 'application/pdf' ? faultOfPdf(sample) : faultOfPicture(sample.head, found);
  return fault === undefined ? ok({ mediaType: found, ending: EVIDENCE_TYPES[found] }) : { ok: false, refusal: fault };
}

async function typeOf(head: Uint8Array): Promise<string | undefined> {
  try {
    // A share of the head is enough for it, and bounds how long a made-up file can keep it busy.
    return (await fileTypeFromBuffer(head.subarray(0, 65_536)))?.mime;
  } catch {
    return undefined;
  }
}

function notTaken(found: string | undefined, statedName: string | undefined): Refusal {
  if (SALES_TYPES.test(found ?? '') || (SALES_ENDINGS.test(statedName ?? '') && !/executable|msdownload|html/.test(found ?? ''))) return { code: 'evidence.upload_sales', params: {} };
  if (found === undefined) return { code: 'evidence.upload_unknown', params: { taken: [...EVIDENCE_FORMS] } };
  return { code: 'evidence.upload_kind', params: { found: found.slice(0, 80), taken: [...EVIDENCE_FORMS] } };
}

/** A directory of a ZIP archive whose remark ends exactly where the file does: a reader of archives would open it. */
function endsAsArchive(tail: Uint8Array): boolean {
  const bytes = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1'); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf('PK\u0005\u0006', at - 1, 'latin1')) {
    if (at + 22 <= bytes.length && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length) return true;
  }
  return false;
}

const faultOfPdf = ({ marks }: Sample): Refusal | undefined => (marks.size === 0 ? undefined : { code: 'evidence.upload_active', params: {} });

function faultOfPicture(head: Uint8Array, type: EvidenceType): Refusal | undefined {
  const size = sidesOf(head);
  // Where HEIC keeps its sides differs by maker; one that does not say is still a photo.
  if (size === undefined) return type === 'image/heic' || type === 'image/heif' ? undefined : { code: 'evidence.upload_damaged', params: {} };
  const { width, height } = size;
  return width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS ? { code: 'evidence.upload_huge', params: { width, height, limit: LONGEST_SIDE } } : undefined;
}

function sidesOf(head: Uint8Array): { width: number; height: number } | undefined {
  try {
    const { width, height } = imageSize(head);
    return Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
