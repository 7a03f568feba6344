import { Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { ok, refuse, type Result } from '../../../core/errors/index.js';
import { BlobStore } from '../../../platform/blobs/blob-store.js';
import { Scanner, ScannerAway } from '../../../platform/scanner/scanner.js';
import { EvidenceIntake } from './evidence-intake.service.js';
import { safeName } from './evidence-name.rules.js';

/** A photo or document that was looked at and kept; `scanned` is false where no scanner is configured. */
export interface LooseFile {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
  readonly fileName: string;
  readonly scanned: boolean;
}

/**
 * Photos and documents that belong to no claim: judged by the same rules and kept by owner and digest, while whoever asks keeps the row that
 * names them, and asks for their bytes to be dropped. The sender waits for the scanner, since nobody would look again.
 */
@Injectable()
export class LooseFiles {
  constructor(private readonly intake: EvidenceIntake, private readonly blobs: BlobStore, private readonly scanner: Scanner) {}

  /** Before any transaction is open. Codes: those of `judgeContent`, `evidence.upload_large`, `evidence.upload_harmful`, `upload.storage_away`, `upload.scanner_away`. */
  async take(owner: string, statedName: string | undefined, stream: AsyncIterable<Uint8Array>): Promise<Result<LooseFile>> {
    const key = await this.intake.take(stream);
    if (!key.ok) return key;
    try {
      const examined = await this.intake.examine(key.value, statedName);
      if (!examined.ok) return examined;
      const { sha256, sizeBytes, mediaType, ending } = examined.value;
      const harmless = await this.#scan(key.value);
      if (!harmless.ok) return harmless;
      const kept = await this.intake.keep(owner, sha256, key.value);
      return kept.ok ? ok({ sha256, sizeBytes, mediaType, fileName: safeName(statedName, ending), scanned: this.scanner.isConfigured }) : kept;
    } finally {
      await this.intake.discard(key.value);
    }
  }

  open(owner: string, sha256: string): Promise<Readable | undefined> {
    return this.blobs.open(owner, sha256);
  }

  /** Repeating it changes nothing. */
  drop(owner: string, sha256: string): Promise<void> {
    return this.blobs.remove(owner, sha256);
  }

  async #scan(key: string): Promise<Result<void>> {
    if (!this.scanner.isConfigured) return ok(undefined);
    try {
      const verdict = await this.scanner.scan(await this.intake.bytes(key));
      return verdict.kind === 'clean' ? ok(undefined) : refuse('evidence.upload_harmful');
    } catch (error) {
      if (error instanceof ScannerAway) return refuse('upload.scanner_away');
      throw error;
    }
  }
}
