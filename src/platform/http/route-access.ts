import { RequestMethod, type INestApplication } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS, type AccessDeclaration } from './metadata.js';

export interface DeclaredRoute {
  readonly handler: string;
  readonly method: string;
  readonly access: AccessDeclaration | undefined;
}

/** Every handler of every controller with what it declares. */
export function declaredRoutes(app: INestApplication): DeclaredRoute[] {
  const modules = app.get(ModulesContainer);
  return [...modules.values()].flatMap(({ controllers }) => [...controllers.values()].flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype: Record<string, unknown> }).prototype;
    return Object.getOwnPropertyNames(prototype).flatMap((name): DeclaredRoute[] => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
      if (typeof handler !== 'function' || name === 'constructor') return [];
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const access = (Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, metatype as object)) as AccessDeclaration | undefined;
      return [{ handler: `${(metatype as { name: string }).name}.${name}`, method: RequestMethod[method] ?? 'ALL', access }];
    });
  }));
}

/** Refuses to start with a handler that does not say who may call it. */
export function assertEveryRouteDeclared(app: INestApplication): void {
  const silent = declaredRoutes(app).filter(({ access }) => access === undefined).map(({ handler }) => handler);
  if (silent.length > 0) throw new Error(`these handlers declare neither a permission nor that they are public: ${silent.join(', ')}`);
}
