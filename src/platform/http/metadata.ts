import 'reflect-metadata';
import { applyDecorators, createParamDecorator, HttpCode, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiExcludeController, ApiExtension, ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.js';
import type { Context } from '../access/context.js';
import { rolesWith, type Permission } from '../access/permissions.js';
import type { PendingAnswer } from '../idempotency/pending-answer.js';
import { RefusalException } from './refusal-exception.js';
import type { UploadRequest } from './upload.js';

export const ACCESS = 'makegood:access';
export const COMMAND = 'makegood:command';
export const PAGE = 'makegood:page';

export type AccessDeclaration = { readonly kind: 'public' } | { readonly kind: 'permission'; readonly permission: Permission };

export interface MakegoodRequest extends UploadRequest {
  actor?: Actor;
  pendingAnswer?: PendingAnswer;
  /** The body as it came, where the handler keeps it. */
  bytes?: Buffer;
  /** Why they are no JSON of ours: for the handler's guard to say, once it believes the signature. */
  bodyFault?: Error;
}

/** Whose things the handler touches: a merchant's, an agent's or a merchant's by their mandate, everybody's, or none. */
type Tenant = 'none' | 'merchant' | 'agent' | 'all';

/** The permission a handler needs. Whose things it may touch is decided by ownership, in the service. */
export const Requires = (permission: Permission, tenant: Tenant = 'all') => applyDecorators(
  SetMetadata(ACCESS, { kind: 'permission', permission } satisfies AccessDeclaration),
  ApiBearerAuth(), ApiExtension('x-roles', rolesWith(permission)), ApiExtension('x-tenant', tenant),
);

/** Open to anybody, on purpose. */
export const Public = () => applyDecorators(
  SetMetadata(ACCESS, { kind: 'public' } satisfies AccessDeclaration),
  ApiSecurity({}), ApiExtension('x-roles', ['anybody']), ApiExtension('x-tenant', 'none'),
);

/** A page for people: signed in by a cookie instead of a bearer token, and left out of the API document. */
export const ForPeople = () => applyDecorators(SetMetadata(PAGE, true), ApiExcludeController());

/** A POST that changes something: takes an Idempotency-Key; `status` is what a success answers. */
export const Command = (status = 201) => applyDecorators(
  SetMetadata(COMMAND, status), HttpCode(status),
  ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Same key and same request: the stored answer again, once.' }),
);

/** Who acts, for which request, and where the answer is to be stored. */
export const Ctx = createParamDecorator((_data: unknown, host: ExecutionContext): Context => {
  const request = host.switchToHttp().getRequest<MakegoodRequest>();
  return {
    actor: request.actor ?? { kind: 'anonymous' },
    requestId: request.id,
    ...(request.pendingAnswer === undefined ? {} : { pendingAnswer: request.pendingAnswer }),
  };
});

const readIfMatch = (header: string | undefined): number => {
  if (header === undefined) throw new RefusalException({ code: 'http.if_match_missing', params: {} });
  const match = /^"(\d{1,9})"$/.exec(header);
  if (match?.[1] === undefined) throw new RefusalException({ code: 'http.if_match_malformed', params: {} });
  return Number.parseInt(match[1], 10);
};

const FILE = 'takesFile';

/** The handler reads a file: the bare file with query parameters, or a form with fields before it. No other route lets one in. */
export const TakesFile = (...types: string[]) => applyDecorators(RouteConfig({ [FILE]: true }), ApiConsumes(...types, 'multipart/form-data'));

const KEEPS = 'keepsBytes';

/** The handler checks a signature over the body as it came. */
export const KeepsBytes = () => applyDecorators(RouteConfig({ [KEEPS]: true }));

export const keepsBytes = ({ routeOptions }: FastifyRequest): boolean => (routeOptions.config as { readonly [KEEPS]?: boolean })[KEEPS] === true;

export const takesFile = ({ routeOptions }: FastifyRequest): boolean => (routeOptions.config as { readonly [FILE]?: boolean })[FILE] === true;

/** How much JSON a body of a route may be. */
export interface BodyLimits {
  /** In all its objects together. */
  readonly members: number;
  readonly bytes: number;
}

const LIMITS = 'bodyLimits';

/** The handler declares lists of thousands: its bodies may be larger than others', as the document says. */
export const TakesLongLists = (limits: BodyLimits) => applyDecorators(RouteConfig({ [LIMITS]: limits }), ApiExtension('x-body-limits', limits));

export const bodyLimits = ({ config }: { config?: unknown }): BodyLimits | undefined => (config as { readonly [LIMITS]?: BodyLimits } | undefined)?.[LIMITS];

const versionSeen = createParamDecorator((_data: unknown, host: ExecutionContext): number =>
  readIfMatch(host.switchToHttp().getRequest<MakegoodRequest>().headers['if-match']));

const ifMatchHeader = ApiHeader({ name: 'If-Match', required: true, description: 'The ETag of the version you have seen: 428 without it, 412 when there is a newer one.' });

/** The version the client has seen, from If-Match: 428 when it is missing. Says so in the API document. */
export const IfMatch = (): ParameterDecorator => (target, key, index) => {
  versionSeen()(target, key, index);
  if (key !== undefined) ifMatchHeader(target, key, Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor);
};
