import { readFileSync } from 'node:fs';

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Parameter { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }

interface Described {
  readonly 'x-roles': readonly string[];
  readonly 'x-tenant': string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
  readonly tenant: string;
  readonly headers: readonly string[];
  readonly query: readonly Parameter[];
  /** Names of what stands in braces in the path. */
  readonly places: readonly string[];
  readonly body: Schema | undefined;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The committed document, which another test holds to the running application. */
export const API = JSON.parse(readFileSync('docs/api/openapi.json', 'utf8')) as ApiDocument;

export const OPERATIONS: readonly Operation[] = Object.entries(API.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [], requestBody, ...described }]) => ({
    name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, roles: described['x-roles'], tenant: described['x-tenant'],
    headers: parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
    query: parameters.filter((parameter) => parameter.in === 'query'),
    places: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string),
    body: requestBody?.content['application/json']?.schema,
  })));

export const resolved = (schema: Schema): Schema => {
  const [only] = schema.allOf ?? [];
  const found = schema.$ref ?? only?.$ref;
  return found === undefined ? schema : API.components.schemas[found.split('/').at(-1) ?? ''] ?? {};
};

export const NOBODYS_ID = '01900000-0000-7000-8000-000000000000';

/** The address with its places filled. */
export const addressOf = ({ path }: Operation, places: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(places[name] ?? (/^(n|number|version)$/.test(name) ? '1' : NOBODYS_ID)));
