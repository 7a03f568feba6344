import { setTimeout as pause } from 'node:timers/promises';
import { ok } from '../core/errors/index.js';
import { AuditTrail } from '../modules/audit/index.js';
import { systemActor } from '../platform/access/actor.js';
import type { Context } from '../platform/access/context.js';
import { SystemClock } from '../platform/clock/clock.js';
import type { AppConfig } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { openAgentDesk } from './agent-desk.js';
import { tellCanalis } from './canalis-story.js';
import { DemoCutShortError } from './demo-cut-short-error.js';
import { DEMO_PEOPLE } from './demo-people.js';
import { seedHarbourline } from './harbourline.js';
import { proposeChange } from './proposed-change.js';
import { STORY_BEGINS, tellKakaoStory } from './kakao-story.js';
import { leaveUnfinished } from './policy-drafts.js';
import { openPayingAccount, poundAccount } from './money-out.js';
import { onStage, type Stage } from './stage.js';

const SEED_LOCK = 7_263_401_119;
const SYSTEM: Context = { actor: systemActor('demo'), requestId: 'demo' };
/** The demo as a whole, which the audit trail has as one thing. */
const WHOLE = { type: 'demo', id: '00000000-0000-7000-8000-000000000001' } as const;

/** Writes the demo: first the story of Kakao's outage, told up to the present, then money out in euros at Canalis, then Harbourline, whose claim the README files, then a rule that waits to be changed and another that is still being written. */
export async function seedDemo(config: AppConfig, policyFolder: string): Promise<void> {
  const now = new SystemClock().now();
  await onStage(config, STORY_BEGINS, now, async (stage) => {
    await note(stage, 'demo.begun');
    await tellKakaoStory(stage, policyFolder);
    await tellCanalis(stage, policyFolder);
    stage.clock.moveTo(now);
    const { fundId } = await seedHarbourline(stage.app, stage.cast);
    await openPayingAccount(stage, poundAccount([fundId]));
    await openAgentDesk(stage);
    await leaveUnfinished(stage, policyFolder);
    // Last: a run that the register has moved on from would be out of date.
    await proposeChange(stage.app, stage.cast, DEMO_PEOPLE.policyAuthor, policyFolder);
    await note(stage, 'demo.written');
  });
}

async function note({ app }: Stage, action: 'demo.begun' | 'demo.written'): Promise<void> {
  await app.get(UnitOfWork).run(SYSTEM, async (tx) => ok(await app.get(AuditTrail).record(tx, SYSTEM, { aggregate: WHOLE, action, data: {} })));
}

/** Seeds an empty database once, however many start at once: one writes, the others wait until it is done. Throws `DemoCutShortError` where an earlier one was not. */
export async function seedWhenEmpty(database: Database, config: AppConfig, policyFolder: string): Promise<void> {
  await database.withSession(async (session) => {
    for (;;) {
      const [row] = await session.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [SEED_LOCK]);
      if (row?.mine === true) break;
      await pause(100);
    }
    try {
      if (await isEmpty(database)) await seedDemo(config, policyFolder);
      else if (await isCutShort(database)) throw new DemoCutShortError(config.dataDirectory ?? '');
    } finally {
      await session.query('SELECT pg_advisory_unlock($1)', [SEED_LOCK]);
    }
  });
}

/** Whether anybody has used this database: a demo is only ever written into an empty one. */
async function isEmpty(database: Database): Promise<boolean> {
  const [row] = await database.reader.query<{ used: boolean }>('SELECT EXISTS (SELECT FROM app_user) AS used');
  return row?.used === false;
}

async function isCutShort(database: Database): Promise<boolean> {
  const [row] = await database.reader.query<{ action: string }>('SELECT action FROM audit_entry WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY n DESC LIMIT 1', [WHOLE.type, WHOLE.id]);
  return row?.action === 'demo.begun';
}
