import type { ServiceRow } from '../services.repository.js';

export interface ServiceView {
  readonly code: string;
  readonly names: Readonly<Record<string, string>>;
  readonly parent?: string;
  /** Codes of its parts; claims and records are made for services without any. */
  readonly parts: readonly string[];
  /** This portal itself; absent for all others. */
  readonly own?: true;
  readonly version: number;
  readonly self: string;
}

export const serviceView = ({ code, names, parentCode, parts, isOwn, version }: ServiceRow): ServiceView => ({
  code, names, ...(parentCode === null ? {} : { parent: parentCode }), parts, ...(isOwn ? { own: true } : {}), version, self: `/v1/services/${code}`,
});
