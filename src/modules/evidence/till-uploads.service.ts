import { Injectable } from '@nestjs/common';
import { ok, refuse, type Refusal, type Result } from '../../core/errors/index.js';
import type { CurrencyCode } from '../../core/money/index.js';
import type { IntervalSet } from '../../core/time/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { KeptFile } from './sales-files.port.js';
import { SalesImports, type SalesSubject } from './sales-imports.service.js';
import { SalesOriginals } from './sales-originals.service.js';
import type { TaxBasis } from './tax-basis.rules.js';
import type { SalesSetRow, SalesSource } from './sales-sets.repository.js';
import { TillSurveys } from './till-surveys.service.js';
import { TillUploadsRepository, type NewTillUpload } from './till-uploads.repository.js';
import type { TillMapping } from './till/till-mapping.rules.js';
import type { TillStatement } from './till/till.importer.js';
import type { SalesSetView } from './views/sales-set-view.js';
import type { TillLook } from './views/till-look.js';
import type { TillUploadRow } from './views/till-upload-row.js';

/** Whose file it is, and what is known of it from elsewhere. */
export interface TillSubject extends SalesSubject {
  /** The currency that counts here; others are refused. */
  readonly currency: CurrencyCode;
  /** Whether sales count here with or without tax; left out, as they are brought. */
  readonly countsIn?: TaxBasis;
  /** Of the site; offered as an answer, never taken for one. */
  readonly zone: string;
  readonly uploadedBy: string;
  readonly handoverId?: string;
}

export interface IncomingFile {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly fileName?: string;
}

/** What the owner of the subject has to check in the transaction of the change. */
export type Permitting = (tx: Tx) => Promise<Result<unknown>>;

interface InHand {
  readonly file: NewTillUpload & { readonly statement: TillStatement; readonly id?: string };
  readonly coverage?: IntervalSet;
  readonly source?: SalesSource;
}

const MOST_FILES_OF_HANDOVER = 10;
const NAME_CHARACTERS = 255;
const HEARD_EVERY_MS = 1_000;

/** Till exports from arrival to records: kept, looked at, asked about, read. */
@Injectable()
export class TillUploads {
  constructor(
    private readonly work: UnitOfWork,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly originals: SalesOriginals,
    private readonly uploads: TillUploadsRepository,
    private readonly surveys: TillSurveys,
    private readonly imports: SalesImports,
  ) {}

  /** Keeps a file and says what was found; nothing is read into records yet. */
  async receive(ctx: Context, subject: TillSubject, incoming: IncomingFile, permitting: Permitting): Promise<Result<TillLook>> {
    const room = await this.#room(this.database.reader, subject);
    if (!room.ok) return room;
    const kept = await this.originals.receive(incoming.stream);
    if (!kept.ok) return kept;
    const upload = this.#arrived(subject, kept.value, incoming.fileName);
    const look = await this.surveys.look({ ...upload, id: '', state: 'open', statement: {}, doneBytes: 0, refusal: null, setId: null }, subject);
    const stored = look.found === undefined && look.refusal !== undefined ? { ok: false as const, refusal: look.refusal } : await this.work.run(ctx, async (tx): Promise<Result<TillLook>> => {
      const permitted = await permitting(tx);
      if (!permitted.ok) return permitted;
      const stillRoom = await this.#room(tx, subject);
      if (!stillRoom.ok) return stillRoom;
      const secured = await this.originals.secure(tx, upload.fileSha256);
      if (!secured.ok) return secured;
      const { id } = await this.uploads.add(tx, upload);
      return ok({ ...look, id });
    });
    if (!stored.ok) await this.originals.drop(kept.value.sha256);
    return stored;
  }

  /** A file with everything that is to be known of it: kept, read and stored in one step, or nothing of it. */
  async receiveAndRead(ctx: Context, subject: TillSubject, incoming: IncomingFile, how: { statement: TillStatement; coverage?: IntervalSet; source?: SalesSource }, permitting: Permitting): Promise<Result<SalesSetView>> {
    const kept = await this.originals.receive(incoming.stream);
    if (!kept.ok) return kept;
    const { statement, ...more } = how;
    const read = await this.#read(ctx, subject, { file: { ...this.#arrived(subject, kept.value, incoming.fileName), statement }, ...more }, permitting);
    if (!read.ok) await this.originals.drop(kept.value.sha256);
    return read;
  }

  /** A code is for one upload: a few files may be the wrong ones, not any number. */
  async #room(reader: Reader, { handoverId }: TillSubject): Promise<Result<void>> {
    if (handoverId === undefined || (await this.uploads.countOfHandover(reader, handoverId)) < MOST_FILES_OF_HANDOVER) return ok(undefined);
    return refuse('evidence.handover_full', { most: MOST_FILES_OF_HANDOVER }, { pointer: '/file' });
  }

  async find(subjectId: string, id: string): Promise<Result<TillUploadRow>> {
    const row = await this.uploads.find(this.database.reader, id);
    return row === undefined || row.subjectId !== subjectId ? refuse('evidence.upload_not_found') : ok(row);
  }

  /** For whoever asks by the upload alone, and checks whose it is. */
  any(id: string): Promise<TillUploadRow | undefined> {
    return this.uploads.find(this.database.reader, id);
  }

  /** Files that somebody began to read and left; those of a hand-over are shown on its own page. */
  unfinished(subjectId: string): Promise<TillUploadRow[]> {
    return this.uploads.unfinished(this.database.reader, subjectId);
  }

  /** Throws away a file that was not read, and its bytes unless something else names them. Edge: of one that became a set nothing goes. */
  async throwAway(ctx: Context, subject: TillSubject, id: string, permitting: Permitting): Promise<Result<void>> {
    const gone = await this.work.run(ctx, async (tx): Promise<Result<TillUploadRow>> => {
      const row = await this.#changeable(tx, subject, id, permitting);
      if (!row.ok) return row;
      if (row.value.setId !== null) return refuse('evidence.upload_not_found');
      await this.uploads.remove(tx, id);
      return row;
    });
    if (!gone.ok) return gone;
    await this.originals.drop(gone.value.fileSha256);
    return ok(undefined);
  }

  /** The last file that came in by a hand-over. */
  ofHandover(handoverId: string): Promise<TillUploadRow | undefined> {
    return this.uploads.ofHandover(this.database.reader, handoverId);
  }

  async look(subject: TillSubject, id: string): Promise<Result<TillLook>> {
    const row = await this.find(subject.subjectId, id);
    return row.ok ? ok(await this.surveys.look(row.value, subject)) : row;
  }

  /** Adds to what was said about a file; what was said before stays unless it is said anew. */
  async say(ctx: Context, subject: TillSubject, id: string, statement: TillStatement, permitting: Permitting): Promise<Result<TillLook>> {
    return this.work.run(ctx, async (tx): Promise<Result<TillLook>> => {
      const row = await this.#changeable(tx, subject, id, permitting);
      if (!row.ok) return row;
      const said = { ...row.value.statement, ...statement };
      await this.uploads.say(tx, id, said);
      return ok(await this.surveys.look({ ...row.value, statement: said, state: 'open', refusal: null }, subject));
    });
  }

  /** Reads the whole file into records. */
  async read(ctx: Context, subject: TillSubject, id: string, permitting: Permitting): Promise<Result<SalesSetView>> {
    const row = await this.find(subject.subjectId, id);
    if (!row.ok) return row;
    if (row.value.state === 'reading') return refuse('evidence.upload_being_read');
    return this.#read(ctx, subject, { file: row.value }, permitting);
  }

  /** Notes that a job will read the file; the caller enqueues it in the same transaction. */
  async begin(tx: Tx, subject: TillSubject, id: string, permitting: Permitting): Promise<Result<TillUploadRow>> {
    const row = await this.#changeable(tx, subject, id, permitting);
    if (row.ok) await this.uploads.begin(tx, id);
    return row;
  }

  /**
   * What `begin` promised; a refusal of the file is kept for whoever asks, and ends the work. One that says nothing of the file (the database was
   * slow or away) is answered: it is for the caller to try again. Repeating it does nothing more.
   */
  async readBegun(ctx: Context, subject: TillSubject, id: string, permitting: Permitting): Promise<Result<void>> {
    const row = await this.find(subject.subjectId, id);
    if (!row.ok || row.value.state !== 'reading') return ok(undefined);
    const read = await this.#read(ctx, subject, { file: row.value }, permitting, this.#heard(id));
    if (read.ok || read.refusal.code === 'evidence.file_faulty') return ok(undefined);
    if (read.refusal.code.startsWith('platform.')) return read;
    return this.work.run(ctx, async (tx): Promise<Result<void>> => ok(await this.uploads.refused(tx, id, read.refusal)));
  }

  /** What `begin` promised and can no longer be done. */
  async giveUp(ctx: Context, id: string, refusal: Refusal): Promise<void> {
    await this.work.run(ctx, async (tx): Promise<Result<void>> => {
      const row = await this.uploads.lock(tx, id);
      return ok(row?.state === 'reading' ? await this.uploads.refused(tx, id, refusal) : undefined);
    });
  }

  async #read(ctx: Context, subject: TillSubject, { file, coverage, source = 'file' }: InHand, permitting: Permitting, progress?: (done: number) => void): Promise<Result<SalesSetView>> {
    const mapping = await this.surveys.mappingOf(file, subject);
    if (!mapping.ok) return mapping;
    const { currency } = mapping.value;
    if (currency !== subject.currency) return refuse('evidence.currency_differs', { stated: currency, currency: subject.currency }, { pointer: '/currency' });
    const { handoverId, ...whose } = { ...subject, ...(file.handoverId === null ? {} : { handoverId: file.handoverId }) };
    return this.imports.import(ctx, {
      ...whose, file: { sha256: file.fileSha256, bytes: file.fileBytes }, mapping: mapping.value, source,
      ...(handoverId === undefined ? {} : { handoverId }), ...(file.fileName === null ? {} : { fileName: file.fileName }), ...(coverage === undefined ? {} : { coverage }),
    }, async (tx, set) => {
      const permitted = await permitting(tx);
      if (!permitted.ok) return permitted;
      const secured = file.id === undefined ? await this.originals.secure(tx, file.fileSha256) : ok(undefined);
      if (!secured.ok) return secured;
      await this.#note(tx, file, set, mapping.value);
      return ok(undefined);
    }, progress);
  }

  /** What became of the upload, and what people said of such files of this merchant. */
  async #note(tx: Tx, file: InHand['file'], set: SalesSetRow, mapping: TillMapping): Promise<void> {
    const id = file.id ?? (await this.uploads.add(tx, file)).id;
    if (file.id === undefined) await this.uploads.say(tx, id, file.statement);
    if (set.state === 'failed') return this.uploads.refused(tx, id, faulty(set), set.id);
    await this.uploads.imported(tx, id, set.id);
    if (file.id !== undefined) await this.#remember(tx, file, mapping);
  }

  /** Only what was said: what this file showed, another one may show otherwise. */
  async #remember(tx: Tx, { merchantId, uploadedBy, statement }: InHand['file'], { fingerprint, columns }: TillMapping): Promise<void> {
    const { encoding: _encoding, delimiter: _delimiter, sheet: _sheet, headerRow: _headerRow, ...said } = statement;
    const before = await this.uploads.remembered(tx, merchantId, fingerprint);
    await this.uploads.remember(tx, { merchantId, fingerprint, meaning: { ...before, ...said, columns }, by: uploadedBy, at: this.clock.now() });
  }

  async #changeable(tx: Tx, { subjectId }: TillSubject, id: string, permitting: Permitting): Promise<Result<TillUploadRow>> {
    const permitted = await permitting(tx);
    if (!permitted.ok) return permitted;
    const row = await this.uploads.lock(tx, id);
    if (row === undefined || row.subjectId !== subjectId) return refuse('evidence.upload_not_found');
    return row.state === 'reading' ? refuse('evidence.upload_being_read') : ok(row);
  }

  #arrived({ subjectId, merchantId, siteId, uploadedBy, handoverId }: TillSubject, { sha256, bytes }: KeptFile, fileName?: string): NewTillUpload {
    const name = fileName?.replaceAll('\0', '').toWellFormed().slice(0, NAME_CHARACTERS);
    return { subjectId, merchantId, siteId, uploadedBy, handoverId: handoverId ?? null, fileName: name ?? null, fileBytes: bytes, fileSha256: sha256, uploadedAt: this.clock.now() };
  }

  /** Says how far a reading is, now and then. */
  #heard(id: string): (done: number) => void {
    let last = performance.now();
    return (done) => {
      if (performance.now() - last < HEARD_EVERY_MS) return;
      last = performance.now();
      void this.uploads.progress(this.database.reader, id, done).catch(() => undefined);
    };
  }
}

const faulty = ({ faultCount, lineCount }: SalesSetRow): Refusal => ({ code: 'evidence.file_faulty', params: { count: faultCount, lines: lineCount } });
