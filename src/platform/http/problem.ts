import { renderDetail, type Refusal, type RefusalKind } from '../../core/errors/index.js';
import { allEntries, entryOf } from './catalogue-registry.js';

/** The one place where kinds of refusal become statuses. */
export const STATUS: Readonly<Record<RefusalKind, number>> = {
  shape: 400, unauthenticated: 401, forbidden: 403, duty: 403, missing: 404, state: 409, conflict: 409, stale: 412, precondition: 428,
  timeout: 408, too_large: 413, media_type: 415, meaning: 422, rate: 429, headers_too_large: 431, not_available: 409, defect: 500, unavailable: 503,
};

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly params?: Refusal['params'];
  readonly errors?: readonly { readonly pointer?: string; readonly code: string; readonly detail: string }[];
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The problem document of a refusal; a code nobody explains is a defect and says nothing of itself. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  const entry = entryOf(refusal.code);
  if (entry === undefined) return problemOf({ code: 'http.defect', params: { requestId } }, requestId);
  const causes = refusal.causes ?? (refusal.pointer === undefined ? [] : [refusal]);
  return {
    type: `/problems/${refusal.code}`,
    title: entry.title,
    status: STATUS[entry.kind],
    detail: renderDetail(entry.detail, refusal.params),
    instance: `/requests/${requestId}`,
    code: refusal.code,
    ...(Object.keys(refusal.params).length === 0 ? {} : { params: refusal.params }),
    ...(causes.length === 0 ? {} : {
      errors: causes.map((cause) => ({
        ...(cause.pointer === undefined ? {} : { pointer: cause.pointer }),
        code: cause.code,
        detail: renderDetail(entryOf(cause.code)?.detail ?? cause.code, cause.params),
      })),
    }),
  };
}

/** Seconds after which trying again makes sense. */
export const retryAfter = ({ status, params }: Problem): number | undefined => {
  const stated = params?.['retryAfterSeconds'];
  if (typeof stated === 'number') return stated;
  return status === 503 ? 2 : status === 429 ? 30 : undefined;
};

export interface ProblemTypeView {
  readonly code: string;
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** Every way this API says no. */
export const problemTypes = (): ProblemTypeView[] => allEntries().map(([code, { kind, title, detail }]) =>
  ({ code, type: `/problems/${code}`, status: STATUS[kind], title, detail }));
