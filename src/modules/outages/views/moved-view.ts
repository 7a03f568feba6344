import { formatInstant, type Deadline } from '../../../core/time/index.js';

/** Why a time is later than it was promised: this portal was down. */
export interface MovedView {
  readonly promisedAt: string;
  readonly movedMs: number;
  readonly because: readonly { readonly from: string; readonly to: string }[];
}

/** Undefined for a deadline that stands as promised. */
export const movedView = ({ promisedAt, movedMs, because }: Deadline): MovedView | undefined => (movedMs === 0 ? undefined : {
  promisedAt: formatInstant(promisedAt), movedMs, because: because.map(({ from, to }) => ({ from: formatInstant(from), to: formatInstant(to) })),
});
