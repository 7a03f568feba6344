import type { ServiceRow } from '../services.repository.js';

export interface ServiceView {
  readonly code: string;
  readonly names: Readonly<Record<string, string>>;
  readonly parent?: string;
  /** Codes of its parts; claims and records are made for services without any. */
  readonly parts: readonly string[];
  readonly version: number;
  readonly self: string;
}

export const serviceView = ({ code, names, parentCode, parts, version }: ServiceRow): ServiceView => ({
  code, names, ...(parentCode === null ? {} : { parent: parentCode }), parts, version, self: `/v1/services/${code}`,
});
