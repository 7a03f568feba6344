import { Injectable } from '@nestjs/common';
import { formatInstant, HOUR, type Instant } from '../../core/time/index.js';
import { Database } from '../../platform/database/database.js';
import { AuditQueries } from '../audit/index.js';
import { Members, People } from '../identity/index.js';
import { MerchantHolds, MerchantQueries } from '../merchants/index.js';
import { RecoveriesRepository, type RecoveryRow } from './recoveries.repository.js';
import type { RecoveryDetail, RecoveryView } from './views/recovery-view.js';

type Around = Omit<RecoveryDetail, keyof RecoveryView | 'allowedEvents' | 'documents'>;

const BEFORE_MS = 30 * 24 * HOUR;

/** What staff need beside a request: the words that were written, the business, its people, and what happened about it before. */
@Injectable()
export class RecoverySurroundings {
  constructor(
    private readonly database: Database, private readonly requests: RecoveriesRepository, private readonly audit: AuditQueries, private readonly members: Members,
    private readonly people: People, private readonly merchants: MerchantQueries, private readonly holds: MerchantHolds,
  ) {}

  async of(row: RecoveryRow, now: Instant): Promise<Around> {
    return {
      ...(await this.#written(row)),
      ...(row.noticeUntil === null ? {} : { noticeUntil: formatInstant(row.noticeUntil.getTime() as Instant) }),
      ...(row.toldContacts === null ? {} : { toldContacts: row.toldContacts }), ...(row.personId === null ? {} : { personId: row.personId }),
      ...(row.merchantId === null ? { members: [], stoppedBefore: 0 } : await this.#business(row.merchantId, now)),
    };
  }

  /** The words that were written about it, by either side; what was erased is left out. */
  async #written(row: RecoveryRow): Promise<Pick<Around, 'told' | 'reason' | 'recommended'>> {
    const texts = await this.audit.texts([row.toldDigest, row.recommendedDigest, row.reasonDigest].filter((digest) => digest !== null));
    const told = texts.get(row.toldDigest);
    const reason = texts.get(row.reasonDigest ?? '');
    const by = row.recommendedBy === null ? undefined : (await this.people.names([row.recommendedBy])).get(row.recommendedBy);
    return {
      ...(told === undefined ? {} : { told }), ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { recommended: { by, reason: texts.get(row.recommendedDigest ?? '') ?? '' } }),
    };
  }

  async #business(id: string, now: Instant): Promise<Pick<Around, 'merchant' | 'heldSince' | 'members' | 'stoppedBefore'>> {
    const { reader } = this.database;
    const [written, since, members, before] = await Promise.all([
      this.merchants.written(reader, id), this.holds.since(reader, id), this.members.of(reader, id), this.requests.before(reader, id, (now - BEFORE_MS) as Instant),
    ]);
    return {
      merchant: { id, legalName: written?.legalName ?? '' }, stoppedBefore: before.stopped, ...(since === undefined ? {} : { heldSince: formatInstant(since) }),
      members: members.map(({ userId, name, email, phone, role }) => ({ userId, name, role, address: email ?? phone ?? '' })),
    };
  }
}
