import type { Answer } from './app.js';
import { claimOf, newSite, type Claim } from './claims.js';
import { ifMatch, type World } from './world.js';

export interface ChangeBody {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly schemeId?: string;
  readonly version: number;
  readonly application?: { readonly done: number; readonly verdicts: Readonly<Record<string, number>> };
}

export interface SitesRun {
  readonly n: number;
  readonly state: string;
  readonly digest?: string;
  readonly report?: {
    readonly kind: string; readonly sites: number; readonly claims: number; readonly differenceMinor: string; readonly byRule: { readonly claims: number }; readonly byPeople: { readonly claims: number };
    readonly codes: readonly { readonly code: string; readonly claims: number }[]; readonly leftOut: readonly { readonly why: string; readonly sites: number }[];
    readonly histogram: { readonly counts: readonly number[] };
  };
}

export interface OpenedSite {
  readonly siteId: string;
  readonly verdict: string;
  readonly leftOut?: string;
  readonly claimId?: string;
  readonly state?: string;
  readonly rehearsed: { readonly amount: string };
}

const made = <T>({ status, body }: Answer<T>): T => {
  if (status >= 300) throw new Error(JSON.stringify(body));
  return body;
};

async function until<T>(read: () => Promise<T>, done: (body: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const body = await read();
    if (done(body)) return body;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error('it never came to an end');
}

/** The people of pre-computations over HTTP: an author proposes and rehearses, somebody else approves. */
export const precomputing = (world: World) => ({
  propose: async (): Promise<ChangeBody> => made(await world.as<ChangeBody>('policyAuthor', 'POST', `/v1/schemes/${world.world.schemeId}/precomputations`)),
  async rehearse({ id }: ChangeBody): Promise<SitesRun> {
    const { n } = made(await world.as<SitesRun>('policyAuthor', 'POST', `/v1/changes/${id}/runs`));
    return until(async () => made(await world.as<SitesRun>('policyAuthor', 'GET', `/v1/changes/${id}/runs/${n}`)), ({ state }) => state !== 'running');
  },
  approve: (change: ChangeBody, run: SitesRun, bound = '1.00'): Promise<Answer> => world.as('policyApprover', 'POST', `/v1/changes/${change.id}/approvals`, {
    body: { run: run.n, digest: run.digest, movesLessThan: { amount: bound, currency: 'GBP' } }, ...ifMatch(change.version),
  }),
  applied: ({ id }: ChangeBody): Promise<ChangeBody> => until(async () => made(await world.as<ChangeBody>('policyAuthor', 'GET', `/v1/changes/${id}`)), ({ state }) => state === 'applied'),
  opened: async ({ id }: ChangeBody): Promise<OpenedSite[]> => made(await world.as<{ items: OpenedSite[] }>('policyApprover', 'GET', `/v1/changes/${id}/opened?limit=100`)).items,
  withdraw: async (change: ChangeBody): Promise<Answer> => world.as('policyAuthor', 'POST', `/v1/changes/${change.id}/withdrawals`, ifMatch(change.version)),
});

/** A claim that the operator opened for a new site and that stands where its rule left it. */
export async function openedClaim(world: World): Promise<Claim> {
  const siteId = await newSite(world);
  const desk = precomputing(world);
  const change = await desk.propose();
  made(await desk.approve(change, await desk.rehearse(change)));
  await desk.applied(change);
  const found = (await desk.opened(change)).find((site) => site.siteId === siteId);
  if (found?.claimId === undefined) throw new Error(`no claim was opened: ${JSON.stringify(found)}`);
  return settled(world, found.claimId);
}

/** A filed claim once its rule has decided, at once or by the worker. */
export const settled = (world: World, claimId: string): Promise<Claim> => until(() => claimOf(world, claimId), ({ state }) => state !== 'submitted');
