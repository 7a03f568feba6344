import { ok, refuse, type Refusal, type Result } from '../../../core/errors/index.js';
import { parseRatio, type Ratio } from '../../../core/money/index.js';
import { parseInstant, type Instant } from '../../../core/time/index.js';
import { EVERYWHERE, type OfficialWindow, type RevisionContent, type ScopeLine, type SegmentLine } from '../outages.rules.js';
import type { OfficialWindowDto, PointOfViewQuery, RevisionContentDto, ScopeDto, SegmentDto } from './outage.dto.js';
import type { PointOfView } from '../register-queries.service.js';

/** Reads texts, keeping every fault with its place. */
class Texts {
  readonly faults: Refusal[] = [];

  instant(text: string, pointer: string): Instant {
    const read = parseInstant(text);
    if (!read.ok) this.faults.push({ ...read.refusal, pointer });
    return read.ok ? read.value : (0 as Instant);
  }

  ratio(text: string, pointer: string): Ratio | undefined {
    const read = parseRatio(text);
    if (!read.ok) this.faults.push({ ...read.refusal, pointer });
    return read.ok ? read.value : undefined;
  }

  result<T>(value: T): Result<T> {
    const { faults } = this;
    return faults.length === 0 ? ok(value) : refuse('outages.content_faulty', { count: faults.length }, { causes: faults.slice(0, 100) });
  }
}

const period = (texts: Texts, dto: { from: string; to?: string }, pointer: string): { from: Instant; to?: Instant } => ({
  from: texts.instant(dto.from, `${pointer}/from`),
  ...(dto.to === undefined ? {} : { to: texts.instant(dto.to, `${pointer}/to`) }),
});

/** Services × regions × interval, one line each. */
const scopeLines = (texts: Texts, dto: ScopeDto, entry: number): ScopeLine[] => {
  const during = period(texts, dto, `/scope/${entry}`);
  return dto.services.flatMap((service) => (dto.regions ?? [EVERYWHERE]).map((region) => ({ service, region, ...during, entry })));
};

function segmentLine(texts: Texts, dto: SegmentDto, index: number): SegmentLine {
  const { service, region = EVERYWHERE, state, notice, source, evidence } = dto;
  const level = dto.level === undefined ? undefined : texts.ratio(dto.level, `/segments/${index}/level`);
  return {
    service, region, ...period(texts, dto, `/segments/${index}`), state, source,
    ...(level === undefined ? {} : { level }),
    ...(notice === undefined ? {} : { notice }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

const officialWindow = (texts: Texts, { service, from, to }: OfficialWindowDto, index: number): OfficialWindow => ({
  service, from: texts.instant(from, `/officialWindows/${index}/from`), to: texts.instant(to, `/officialWindows/${index}/to`),
});

export function segmentsIn(segments: readonly SegmentDto[]): Result<SegmentLine[]> {
  const texts = new Texts();
  return texts.result(segments.map((segment, index) => segmentLine(texts, segment, index)));
}

/** The content of a revision as it was sent; all unreadable texts at once. */
export function contentIn(dto: RevisionContentDto): Result<RevisionContent> {
  const texts = new Texts();
  return texts.result({
    complete: dto.complete,
    scope: dto.scope.flatMap((entry, index) => scopeLines(texts, entry, index)),
    officialWindows: (dto.officialWindows ?? []).map((window, index) => officialWindow(texts, window, index)),
    segments: dto.segments.map((segment, index) => segmentLine(texts, segment, index)),
  });
}

export function pointOfViewIn({ asOf, registerVersion }: PointOfViewQuery): Result<PointOfView> {
  const known = asOf === undefined ? ok(undefined) : parseInstant(asOf);
  if (!known.ok) return { ok: false, refusal: { ...known.refusal, pointer: '/asOf' } };
  return ok({
    ...(known.value === undefined ? {} : { asOf: known.value }),
    ...(registerVersion === undefined ? {} : { registerVersion }),
  });
}
