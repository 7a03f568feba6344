import { ok, refuse, type Result } from '../../core/errors/index.js';

const LEAST = 10;

/** Whether somebody said why, in more than a word. */
export const reasonFault = (reason: string): Result<void> => (reason.trim().length >= LEAST ? ok(undefined) : refuse('payees.reason_missing', { least: LEAST }, { pointer: '/reason' }));
