export type EmbeddedPostgresFault =
  | 'no_build' | 'no_unprivileged_user' | 'not_reachable' | 'other_version' | 'disk_full' | 'init_failed' | 'start_failed' | 'locked';

/** The embedded server cannot run here. The message is for the person at the terminal: what, why, what next. */
export class EmbeddedPostgresError extends Error {
  constructor(readonly code: EmbeddedPostgresFault, message: string) {
    super(message);
    this.name = 'EmbeddedPostgresError';
  }
}

export const OWN_SERVER_HINT = 'Or use a server of your own: set DATABASE_URL (role makegood_app) and DATABASE_OWNER_URL (role makegood_owner).';
