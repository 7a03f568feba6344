import exifReader from 'exifreader';
import { parseInstant } from '../../../core/time/index.js';
import type { Sample } from './evidence-content.rules.js';
import { OTHER_KIND, type EvidenceType } from './evidence-limits.rules.js';

/** Dates of a PDF as they stand in it; nothing is unpacked. `D:20261013…` in its particulars, `2026-10-13…` in its XMP. */
const PDF_DATES = [/\/(?:CreationDate|ModDate)\s{0,4}\(D:(\d{4})(\d{2})(\d{2})/g, /xmp:(?:CreateDate|ModifyDate)(?:>|=["'])(\d{4})-(\d{2})-(\d{2})/g] as const;
const EXIF_DATE = /^(\d{4}):(\d{2}):(\d{2}) /;

const dayOf = ([, year = '', month = '', day = '']: RegExpMatchArray): string[] => {
  const text = `${year}-${month}-${day}`;
  return parseInstant(`${text}T00:00:00Z`).ok ? [text] : [];
};

/**
 * The day on which a file says that it was last made: of a PDF the later of its making and its last change, of a picture the day it was
 * taken. As its maker's clock had it, in no zone; undefined where it says nothing that can be read. Whoever made the file wrote this: it
 * is a hint, and never a proof.
 */
export function statedDay({ head, tail }: Pick<Sample, 'head' | 'tail'>, type: EvidenceType): string | undefined {
  return type === 'application/pdf' ? dayOfPdf(head, tail) : dayOfPicture(head);
}

function dayOfPdf(head: Uint8Array, tail: Uint8Array): string | undefined {
  const text = [head, tail].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')).join('\n');
  return PDF_DATES.flatMap((pattern) => [...text.matchAll(pattern)].flatMap(dayOf)).sort().at(-1);
}

function dayOfPicture(head: Uint8Array): string | undefined {
  try {
    const { DateTimeOriginal: taken } = exifReader.load(Buffer.from(head), { includeTags: { exif: ['DateTimeOriginal'] } });
    const match = EXIF_DATE.exec(taken?.description ?? '');
    return match === null ? undefined : dayOf(match)[0];
  } catch {
    return undefined;
  }
}

/** Contracts, certificates and photos prove by being older than what they prove; accounts and lists are drawn up afterwards. */
const DATED_KIND = /(^|_)(contract|certificate|photo)s?(_|$)/;

/** Whether the day of a file says something about it: by its kind, or as a picture of no kind. Never of accounts, invoices or till exports. */
export const isDated = (kind: string, mediaType: string | null): boolean => DATED_KIND.test(kind) || (kind === OTHER_KIND && mediaType?.startsWith('image/') === true);
