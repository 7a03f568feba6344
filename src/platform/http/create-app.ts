import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { parse as parseForm } from 'node:querystring';
import { constants } from 'node:zlib';
import { NestFactory, Reflector } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { log } from '../logging/logger.js';
import { actorName } from '../events/event-log.js';
import { MandateReader } from '../access/mandate-reader.js';
import { SessionReader } from '../access/session-reader.js';
import { Clock } from '../clock/clock.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { serveAssets } from './assets.js';
import { answerBelow } from './below.js';
import { AccessGuard } from './access.guard.js';
import { assertEveryRouteDeclared } from './route-access.js';
import { CommandInterceptor } from './command.interceptor.js';
import { cutLateBodies, type BodyPatience } from './late-bodies.js';
import { bodyLimits, keepsBytes, takesFile, type MakegoodRequest } from './metadata.js';
import { TUS_TYPE } from './resumable.js';
import { ErrorPages } from './error-pages.js';
import { mountDocument } from './openapi.js';
import { pageLanguage } from './page-address.js';
import { RefusalException } from './refusal-exception.js';
import { csrfCookieName } from './session-cookie.js';
import { ProblemFilter, refusalBehind, sendProblem } from './problem.filter.js';
import { shapePipe } from './shape.pipe.js';
import { parseStrictJson } from './strict-json.js';

const PATIENCE: BodyPatience = { wholeMs: 20_000, silenceMs: 30_000 };
/** The largest file over the slowest line; below it `cutLateBodies` decides. */
const LONGEST_REQUEST_MS = 2 * 3_600_000;
/** Of a connection on which nothing is going on, or a handler. */
const SILENT_CONNECTION_MS = 22_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often late requests are looked for: a time-out is felt this much later at most. */
const CHECK_EVERY_MS = 1_000;
const BODY_LIMIT = 1_048_576;
/** Of the longest form: an outage with 200 rows of each kind. */
const MOST_FIELDS = 4_000;
/** A little above what any handler takes: it refuses in words what this would cut short. */
const MOST_FILE_BYTES = 257 * BODY_LIMIT;

function adapter(trustedProxies: readonly string[]) {
  return new FastifyAdapter({
    // A silent connection is cut a little after its request is late, so that the 408 is written first.
    bodyLimit: BODY_LIMIT, requestTimeout: LONGEST_REQUEST_MS, connectionTimeout: SILENT_CONNECTION_MS, keepAliveTimeout: 65_000,
    http: { requireHostHeader: false, maxHeaderSize: 16_384, headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
    // While we stop, what still arrives on an open connection is answered like any other request, and told to close.
    return503OnClosing: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { ignoreTrailingSlash: true },
    genReqId: () => randomUUID(),
    clientErrorHandler: (error: Error & { code?: string }, socket: Socket) => answerBelow(error, socket),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(reply, refusalBehind(error, request), request.id),
  } as ConstructorParameters<typeof FastifyAdapter>[0]) as FastifyAdapter;
}

const fieldsOf = (form: string): number => form.split('&', MOST_FIELDS + 1).length;

async function edge(fastify: FastifyInstance, secure: boolean, patience: BodyPatience): Promise<void> {
  cutLateBodies(fastify, patience);
  fastify.addHook('onRequest', (request, reply, done) => {
    const why = request.headers.host === undefined ? 'the Host header is missing' : /%00/.test(request.url) ? 'the address contains a NUL character' : undefined;
    if (why === undefined) return done();
    sendProblem(reply, { code: 'http.malformed', params: { why } }, request.id);
  });
  fastify.addHook('onResponse', (request: MakegoodRequest, reply, done) => {
    log.info('request', {
      requestId: request.id, method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode,
      durationMs: Math.floor(reply.elapsedTime), actor: request.actor === undefined ? 'anonymous' : actorName(request.actor),
    });
    done();
  });
  fastify.addHook('onRoute', (route) => {
    const limits = bodyLimits(route);
    if (limits !== undefined) route.bodyLimit = limits.bytes;
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(['application/json', 'application/merge-patch+json'], { parseAs: 'buffer' }, (request: MakegoodRequest, body, done) => {
    const isSigned = keepsBytes(request);
    if (isSigned) request.bytes = body as Buffer;
    try {
      done(null, parseStrictJson(body as Buffer, bodyLimits(request.routeOptions)?.members));
    } catch (error) {
      if (!isSigned) return done(error as Error);
      request.bodyFault = error as Error;
      done(null, {});
    }
  });
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (pageLanguage(request.url) === undefined) return done(new RefusalException({ code: 'http.media_type', params: {} }));
    if (fieldsOf(body as string) > MOST_FIELDS) return done(new RefusalException({ code: 'http.malformed', params: { why: `the form has more than ${MOST_FIELDS} fields` } }));
    // Left to itself, it drops what follows the thousandth field.
    done(null, { ...parseForm(body as string, '&', '=', { maxKeys: MOST_FIELDS }) });
  });
  // Files are streamed by the handler that expects them; nothing is read here.
  fastify.addContentTypeParser(['text/csv', 'application/x-ndjson', 'application/xml', 'text/xml', TUS_TYPE], (_request, payload, done) => done(null, payload));
  // Nobody else may meet an open stream where a body should be: the shape check would walk into the socket behind it.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const isFile = /^\s*(multipart\/|text\/csv|application\/x-ndjson|(?:application|text)\/xml|application\/offset\+octet-stream)/i.test(request.headers['content-type'] ?? '');
    done(isFile && !takesFile(request) && !request.is404 ? new RefusalException({ code: 'http.media_type', params: {} }) : null, payload);
  });
  await fastify.register(multipart, { limits: { files: 1, fileSize: MOST_FILE_BYTES, fields: 20, fieldSize: 65_536 } });
  await fastify.register(cookie);
  await fastify.register(csrf, { cookieKey: csrfCookieName(secure), cookieOpts: { path: '/', httpOnly: true, sameSite: 'strict', secure } });
  // Pages alone: a form's token is masked anew in each of them, so its length gives nothing away; the API's bodies may be anybody's secrets.
  await fastify.register(compress, { global: true, globalDecompression: false, customTypes: /^text\/html/, encodings: ['br', 'gzip'], brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } } });
  await fastify.register(helmet, {
    global: true,
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], connectSrc: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], upgradeInsecureRequests: secure ? [] : null } },
    hsts: secure ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.getHeader('cache-control') === undefined) void reply.header('cache-control', 'no-store');
    done();
  });
}

export type MakegoodApp = NestFastifyApplication;

/** The one way an application is made: `main` and every test go through it. */
export async function createApp(root: Type | DynamicModule, options: { secure: boolean; trustedProxies?: readonly string[]; patience?: BodyPatience }): Promise<MakegoodApp> {
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter(options.trustedProxies ?? []), { logger: false, abortOnError: false, bodyParser: false });
  await edge(app.getHttpAdapter().getInstance(), options.secure, options.patience ?? PATIENCE);
  await serveAssets(app.getHttpAdapter().getInstance());
  const reflector = app.get(Reflector);
  app.useGlobalFilters(new ProblemFilter(app.get(ErrorPages)));
  app.useGlobalPipes(shapePipe());
  app.useGlobalGuards(new AccessGuard(reflector, app.get(SessionReader), app.get(MandateReader), app.get(Clock)));
  app.useGlobalInterceptors(new CommandInterceptor(reflector, app.get(IdempotencyStore)));
  assertEveryRouteDeclared(app);
  mountDocument(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

