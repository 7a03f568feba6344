// Which way imports point. The floors are those of ARCHITECTURE.md; test/architecture/floors.spec.ts breaks each rule once.
const floors = [
  ['audit', 'mail'],
  ['identity', 'tasks'],
  ['merchants', 'outages', 'policies'],
  ['schemes', 'evidence', 'agents', 'payees'],
  ['claims'],
  ['assessments', 'funds', 'claim-batches', 'recoveries'],
  ['review'],
  ['payouts', 'changes'],
  ['notifications', 'reporting'],
];

const inModule = (names) => `^src/modules/(${names.join('|')})/`;

const upward = floors.flatMap((names, floor) => {
  const above = floors.slice(floor + 1).flat();
  return above.length === 0
    ? []
    : [{
        name: `floor-${floor + 1}-does-not-look-up`,
        comment: 'A lower module tells a higher one something only through an event.',
        severity: 'error',
        from: { path: inModule(names) },
        to: { path: inModule(above) },
      }];
});

const strangers = floors
  .filter((names) => names.length > 1)
  .flatMap((names) => names.map((name) => ({
    name: `${name}-does-not-know-its-siblings`,
    comment: 'Modules of one floor are strangers.',
    severity: 'error',
    from: { path: inModule([name]) },
    to: { path: inModule(names.filter((other) => other !== name)) },
  })));

const coreOrder = ['money|time|machine|errors', 'sales', 'policy', 'assessment'];
const coreUpward = coreOrder.slice(0, -1).map((names, index) => ({
  name: `core-${names.split('|')[0]}-does-not-look-up`,
  severity: 'error',
  from: { path: `^src/core/(${names})/` },
  to: { path: `^src/core/(${coreOrder.slice(index + 1).join('|')}|payments)/` },
}));

const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

export default {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'A cycle hides which of two files decides.'),
    ...upward,
    ...strangers,
    ...coreUpward,
    forbid('core-imports-only-core', { path: '^src/core/', pathNot: '\\.spec\\.ts$' },
      { pathNot: '^src/core/|^node_modules/(temporal-polyfill|yaml)/|^(node:)?crypto$' },
      'Rules run in a worker, a bundle and a unit test alike.'),
    forbid('zones-live-in-one-file', { path: '^src/', pathNot: '^src/core/time/zone\\.ts$|\\.spec\\.ts$' },
      { path: '^node_modules/temporal-polyfill/' }, 'Only opening hours and pages know time zones, through core/time/zone.ts.'),
    forbid('digests-live-in-one-file', { path: '^src/core/', pathNot: '^src/core/audit/digest\\.ts$|\\.spec\\.ts$' },
      { path: '^(node:)?crypto$' }),
    forbid('yaml-is-read-in-one-folder', { path: '^src/', pathNot: '^src/core/policy/document/|\\.spec\\.ts$' },
      { path: '^node_modules/yaml/' }),
    forbid('platform-knows-no-feature', { path: '^src/platform/' }, { path: '^src/(modules|portal|demo|cli)/' }),
    forbid('modules-do-not-see-the-roof', { path: '^src/modules/' }, { path: '^src/(portal|demo|cli)/|^src/[^/]+\\.ts$' }),
    forbid('front-doors-only', { path: '^src/modules/([^/]+)/' },
      { path: '^src/modules/', pathNot: '^src/modules/$1/|^src/modules/[^/]+/index\\.ts$' },
      'A module is entered through its index.ts.'),
    forbid('front-doors-only-from-the-roof', { path: '^src/(portal|demo|cli)/|^src/(main|worker|cli)\\.ts$' },
      { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' }),
    forbid('front-doors-hide-tables', { path: '^src/modules/[^/]+/index\\.ts$' }, { path: '\\.(repository|controller)\\.ts$' }),
    forbid('controllers-are-leaves', { path: '^src/', pathNot: '\\.module\\.ts$|\\.spec\\.ts$' }, { path: '\\.controller\\.ts$' }),
    forbid('services-ignore-http', { path: '^src/(core|modules)/.*\\.(service|rules|repository|machine|events|errors|entity)\\.ts$' },
      { path: '^src/platform/http/|^node_modules/(fastify|@fastify|@nestjs/platform-fastify|@nestjs/swagger)/|\\.controller\\.ts$' },
      'The same service answers an API call, a page and a job.'),
    forbid('the-orm-stays-in-its-rooms',
      { path: '^src/', pathNot: '\\.(entity|repository)\\.ts$|^src/platform/(database|jobs|embedded-postgres)/|\\.spec\\.ts$' },
      { path: '^node_modules/(typeorm|pg)/', pathNot: '^node_modules/pg-boss/' }),
    forbid('src-knows-no-test', { path: '^src/', pathNot: '\\.spec\\.ts$' }, { path: '^(test|bench)/|\\.spec\\.ts$' }),
    forbid('no-dev-dependency-in-src', { path: '^src/', pathNot: '\\.spec\\.ts$' }, { dependencyTypes: ['npm-dev', 'npm-no-pkg'] }),
    forbid('no-orphans', { orphan: true, path: '^src/', pathNot: '\\.spec\\.ts$|^src/(main|worker|cli|verify-receipt)\\.ts$|\\.d\\.ts$|^src/portal/assets/' }, {},
      'A file nothing imports is dead; scripts of pages are named by the pages.'),
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
