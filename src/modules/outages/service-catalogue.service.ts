import { Injectable } from '@nestjs/common';
import { ok, refuse, type Result } from '../../core/errors/index.js';
import type { Context } from '../../platform/access/context.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../audit/index.js';
import { isServiceCode } from './outages.rules.js';
import { ServicesRepository } from './services.repository.js';
import { serviceView, type ServiceView } from './views/service-view.js';

export interface NewService {
  readonly code: string;
  readonly names: Readonly<Record<string, string>>;
  readonly parent?: string;
  /** This portal itself: its recorded downtime moves deadlines. The parts of such a service are such services too. */
  readonly own?: boolean;
}

/** Keeps the tree of services that outages and claims speak of. */
@Injectable()
export class ServiceCatalogue {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clock: Clock,
    private readonly services: ServicesRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** A parent is chosen once; a service that already has records cannot become one. */
  add(ctx: Context, service: NewService): Promise<Result<ServiceView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ServiceView>> => {
      const { code, names, parent, own = false } = service;
      const above = parent === undefined ? undefined : await this.services.find(tx, parent);
      if (parent !== undefined && above === undefined) {
        return refuse('services.parent_unknown', { parent }, { pointer: '/parent' });
      }
      await this.services.add(tx, { code, names, parentCode: parent ?? null, isOwn: own || above?.isOwn === true, createdAt: this.clock.now() });
      return this.#told(tx, ctx, code, 'service.added');
    });
  }

  rename(ctx: Context, code: string, version: number, names: Readonly<Record<string, string>>): Promise<Result<ServiceView>> {
    return this.work.run(ctx, async (tx): Promise<Result<ServiceView>> => {
      const before = isServiceCode(code) ? await this.services.lock(tx, code) : undefined;
      if (before === undefined) return refuse('services.not_found', { service: code.slice(0, 80) });
      if (before.version !== version) return refuse('http.stale', { seen: version, current: before.version });
      await this.services.rename(tx, code, names);
      return this.#told(tx, ctx, code, 'service.renamed');
    });
  }

  async #told(tx: Tx, ctx: Context, code: string, action: 'service.added' | 'service.renamed'): Promise<Result<ServiceView>> {
    const row = await this.services.find(tx, code);
    if (row === undefined) throw new TypeError(`service ${code} is gone`);
    const data = { code, names: row.names, parent: row.parentCode, ...(row.isOwn ? { own: true } : {}) };
    await this.audit.record(tx, ctx, { aggregate: { type: 'service', id: row.id }, action, data, isNew: action === 'service.added' });
    return ok(serviceView(row));
  }
}
