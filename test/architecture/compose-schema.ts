/**
 * The part of the compose specification that docker-compose.yml uses, closed: a misspelt key is refused, and a new one is added
 * here after a look at the specification (the engine itself refuses a file like this, but there may be none where tests run).
 */
const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text, minItems: 1 } as const;
const duration = { type: 'string', pattern: '^\\d+(ms|s|m|h)$' } as const;

const closed = (properties: object, required: readonly string[] = []) => ({ type: 'object', properties, required, additionalProperties: false });
const named = (schema: object) => ({ type: 'object', patternProperties: { '^[a-zA-Z0-9._-]+$': schema }, additionalProperties: false });

const healthcheck = {
  oneOf: [
    closed({ disable: { const: true } }, ['disable']),
    closed({ test: texts, interval: duration, timeout: duration, start_period: duration, retries: { type: 'integer', minimum: 1 } }, ['test', 'interval', 'timeout', 'retries']),
  ],
};

const service = {
  ...closed({
    build: text, image: text, command: texts, init: { type: 'boolean' }, read_only: { type: 'boolean' }, tmpfs: texts, cap_drop: texts, security_opt: texts,
    restart: { enum: ['no', 'always', 'on-failure', 'unless-stopped'] }, shm_size: { type: 'string', pattern: '^\\d+(b|kb|mb|gb)$' },
    environment: named(text), ports: texts, volumes: texts, healthcheck,
    depends_on: named(closed({ condition: { enum: ['service_started', 'service_healthy', 'service_completed_successfully'] } }, ['condition'])),
  }),
  anyOf: [{ required: ['build'] }, { required: ['image'] }],
};

export const COMPOSE_SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' }, services: named(service), volumes: named({ type: 'null' }) },
  patternProperties: { '^x-': {} },
  required: ['services'],
  additionalProperties: false,
};
