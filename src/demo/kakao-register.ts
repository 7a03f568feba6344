import { unwrap } from '../platform/http/refusal-exception.js';
import type { Instant } from '../core/time/index.js';
import { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { EVERYWHERE, OutageRegister, RegisterQueries, ServiceCatalogue, type RevisionContent } from '../modules/outages/index.js';
import { DEMO_PEOPLE } from './demo-people.js';
import { BEGAN, KAKAO_LEAVES, KAKAO_SERVICES, kst, knownAt, OVER, REVISIONS } from './kakao-outage.js';
import type { Stage } from './stage.js';

const MINUTES = 60_000;
const SCOPE_FROM = kst('2022-10-15T15:00');

/** What the register says at a revision. Until the end is known the scope is open, and so is what still fails. */
function contentAt(revision: number, end?: Instant): RevisionContent {
  return {
    complete: true,
    scope: KAKAO_LEAVES.map((service, entry) => ({ service, region: EVERYWHERE, from: SCOPE_FROM, ...(end === undefined ? {} : { to: end }), entry })),
    officialWindows: end === undefined ? [] : KAKAO_LEAVES.map((service) => ({ service, from: BEGAN, to: OVER })),
    segments: KAKAO_LEAVES.flatMap((service) => knownAt(revision, service, end).map((stretch) => ({ service, region: EVERYWHERE, ...stretch }))),
  };
}

/** The register of the outage as it would have grown: each revision at the hour its sources were out, each confirmed by a second editor. */
export async function recordKakaoOutage({ app, cast, clock }: Stage): Promise<string> {
  const [editor, second] = [cast.as(DEMO_PEOPLE.registerEditor), cast.as(DEMO_PEOPLE.registerSecond)];
  clock.moveTo(kst('2022-10-15T15:50'));
  for (const service of KAKAO_SERVICES) unwrap(await app.get(ServiceCatalogue).add(editor, service));
  const [register, queries, work, { reader }] = [app.get(OutageRegister), app.get(RegisterQueries), app.get(UnitOfWork), app.get(Database)];
  const [first, ...later] = REVISIONS;
  if (first === undefined) throw new TypeError('the outage has no first revision');
  clock.moveTo(first.at);
  let outage = unwrap(await register.createDraft(editor, {
    code: 'kakao-2022-10-15',
    title: { en: 'Kakao, 15–20 October 2022', ko: '2022년 10월 15~20일 카카오 장애', fr: 'Kakao, 15–20 octobre 2022' },
    content: contentAt(first.number),
  }));
  clock.advance(10 * MINUTES);
  outage = unwrap(await register.confirm(second, outage.id, outage.version, 1));
  for (const { number, at, reason } of later) {
    if (at > OVER && outage.state === 'confirmed') {
      clock.moveTo((OVER + 30 * MINUTES) as Instant);
      outage = unwrap(await register.end(second, outage.id, outage.version, OVER));
    }
    clock.moveTo(at);
    // There were no claims yet, so nothing was to be rehearsed: written and recorded, by two people all the same.
    const { id } = outage;
    const revision = unwrap(await work.run(editor, (tx) => register.amendIn(tx, editor, id, undefined, { reason, content: contentAt(number, at > OVER ? OVER : undefined) })));
    clock.advance(20 * MINUTES);
    unwrap(await work.run(second, (tx) => register.recordIn(tx, second, id, revision)));
    outage = unwrap(await queries.outage(reader, editor.actor, id));
  }
  clock.advance(30 * MINUTES);
  unwrap(await register.finalise(second, outage.id, outage.version));
  return outage.id;
}
