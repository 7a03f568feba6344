import type { Context } from '../../platform/access/context.js';
import { systemActor } from '../../platform/access/actor.js';

/** In whose name the case behind a link is read, whoever may be signed in beside it. */
export const holderOf = ({ requestId }: Context): Context => ({ actor: systemActor('objection-link'), requestId });
