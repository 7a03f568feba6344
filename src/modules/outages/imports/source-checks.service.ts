import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../core/time/index.js';
import { Clock } from '../../../platform/clock/clock.js';
import type { Reader } from '../../../platform/database/tx.js';
import { RegisterRepository } from '../register.repository.js';
import { ServicesRepository } from '../services.repository.js';
import { dayOf, heldAgainst, mapChecks, type CheckedDays } from './checks.rules.js';
import type { MappingLine } from './proposal.rules.js';
import { SourcesRepository, type SourceRow } from './sources.repository.js';

/** Holds the register against what a source says of whole days. It is a check: no line and no proposal comes of it. */
@Injectable()
export class SourceChecks {
  constructor(
    private readonly clock: Clock, private readonly sources: SourcesRepository, private readonly services: ServicesRepository, private readonly register: RegisterRepository,
  ) {}

  /** What a source's names mean, a service with parts being each of them, as they are now. */
  async partsOf(reader: Reader, mapping: readonly MappingLine[]): Promise<MappingLine[]> {
    const leaves = await this.services.leavesOf(reader, [...new Set(mapping.flatMap(({ service }) => service ?? []))]);
    return mapping.flatMap((line) => (line.service === undefined ? [line] : (leaves.get(line.service) ?? [line.service]).map((service) => ({ ...line, service }))));
  }

  /** As the register stands and the names are understood now. */
  async of(reader: Reader, { id, mapping }: Pick<SourceRow, 'id' | 'mapping'>): Promise<CheckedDays> {
    const { mapped } = mapChecks(await this.sources.checks(reader, id), await this.partsOf(reader, mapping));
    const days = mapped.flatMap(({ day }) => dayOf(day) ?? []);
    if (days.length === 0) return { compared: 0, differing: [] };
    const span = { from: Math.min(...days.map(({ from }) => from)) as Instant, to: Math.max(...days.map(({ to }) => to)) as Instant };
    const trouble = await this.register.troubleOf(reader, [...new Set(mapped.map(({ service }) => service))], span);
    return heldAgainst(mapped, trouble, this.clock.now());
  }
}
