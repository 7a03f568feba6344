import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The folder of the project: this file lies in src, or compiled in dist/src. */
function project(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Where the build puts styles, scripts and pictures, in a folder named after their content. */
export const assetFolder = (): string => join(project(), 'dist', 'assets');

/** Serves the assets. Their address changes with their content, so a browser may keep them for ever; the build has compressed them. */
export async function serveAssets(fastify: FastifyInstance): Promise<void> {
  if (!existsSync(assetFolder())) return;
  await fastify.register(fastifyStatic, { root: assetFolder(), prefix: '/assets/', decorateReply: false, index: false, preCompressed: true, immutable: true, maxAge: '365d', dotfiles: 'deny' });
}
