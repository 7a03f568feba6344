import { Injectable } from '@nestjs/common';
import { ok, type Result } from '../../../core/errors/index.js';
import { SECOND, type Instant } from '../../../core/time/index.js';
import type { Context } from '../../../platform/access/context.js';
import { Clock } from '../../../platform/clock/clock.js';
import { Database } from '../../../platform/database/database.js';
import type { Tx } from '../../../platform/database/tx.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { Scanner, ScannerAway, type ScanVerdict } from '../../../platform/scanner/scanner.js';
import { EvidenceBytes } from './evidence-bytes.service.js';
import { EvidenceFilesRepository } from './evidence-files.repository.js';
import { EvidenceRecords } from './evidence-records.service.js';

interface ScanOf {
  readonly evidenceId: string;
}

type Found = ScanVerdict | { readonly kind: 'away' } | { readonly kind: 'gone' };

const SCAN = 'evidence.scan';
const FIRST_PAUSE_MS = 15 * SECOND;
const LONGEST_PAUSE_MS = 600 * SECOND;

/** Has every file looked at. A scanner that does not answer is asked again for as long as it takes; the file waits meanwhile. */
@Injectable()
export class EvidenceScans {
  constructor(
    private readonly files: EvidenceFilesRepository,
    private readonly bytes: EvidenceBytes,
    private readonly scanner: Scanner,
    private readonly jobs: Jobs,
    private readonly records: EvidenceRecords,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    jobs.defineAsking<ScanOf, Found>({ queue: SCAN, ask: (of) => this.#ask(of), handle: (ctx, of, tx, found) => this.#settle(tx, ctx, of, found) });
  }

  /** The state of a file that has just been stored: waiting for the scanner, or said to be unscanned where there is none. */
  get firstState(): 'checking' | 'unscanned' {
    return this.scanner.isConfigured ? 'checking' : 'unscanned';
  }

  /** Tried in the same process at once, so that the next page mostly shows the verdict. */
  async request(tx: Tx, evidenceId: string): Promise<void> {
    if (this.scanner.isConfigured) await this.jobs.enqueue(tx, SCAN, { evidenceId } satisfies ScanOf, { inline: true });
  }

  async #ask({ evidenceId }: ScanOf): Promise<Found> {
    const file = await this.files.find(this.database.reader, evidenceId);
    if (file?.state !== 'checking' || file.sha256 === null) return { kind: 'gone' };
    const stream = await this.bytes.open({ merchantId: file.merchantId, sha256: file.sha256 });
    if (stream === undefined) return { kind: 'away' };
    try {
      return await this.scanner.scan(stream);
    } catch (error) {
      if (error instanceof ScannerAway) return { kind: 'away' };
      throw error;
    }
  }

  async #settle(tx: Tx, ctx: Context, { evidenceId }: ScanOf, found: Found): Promise<Result<void>> {
    const file = await this.files.lock(tx, evidenceId);
    if (file?.state !== 'checking' || found.kind === 'gone') return ok(undefined);
    if (found.kind === 'away') {
      await this.files.triedToScan(tx, evidenceId);
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(file.scanTries, 10));
      await this.jobs.enqueue(tx, SCAN, { evidenceId }, { startAt: (this.clock.now() + pause) as Instant });
      return ok(undefined);
    }
    const signature = found.kind === 'infected' ? found.signature : null;
    await this.files.scanned(tx, evidenceId, { state: found.kind, signature, at: this.clock.now() });
    if (found.kind === 'infected') await this.bytes.release(tx, { merchantId: file.merchantId, sha256: file.sha256 ?? '' });
    await this.records.scanned(tx, ctx, file, found.kind);
    return ok(undefined);
  }
}
