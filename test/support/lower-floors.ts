import type { Context } from '../../src/platform/access/context.js';
import { FixedClock } from '../../src/platform/clock/clock.js';
import { readConfig } from '../../src/platform/config/config.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { EventLog } from '../../src/platform/events/event-log.js';
import { Jobs } from '../../src/platform/jobs/jobs.js';
import { AuditTrail } from '../../src/modules/audit/index.js';
import { AuditRepository } from '../../src/modules/audit/audit.repository.js';
import { SalesQueries, SalesSetEntity, SalesSets } from '../../src/modules/evidence/index.js';
import { FolderSalesFiles } from '../../src/modules/evidence/sales-files.service.js';
import { SalesImports } from '../../src/modules/evidence/sales-imports.service.js';
import { SalesOriginals } from '../../src/modules/evidence/sales-originals.service.js';
import { SalesRecordsRepository } from '../../src/modules/evidence/sales-records.repository.js';
import { SalesSetsRepository } from '../../src/modules/evidence/sales-sets.repository.js';
import { TillSurveys } from '../../src/modules/evidence/till-surveys.service.js';
import { TillUploads } from '../../src/modules/evidence/till-uploads.service.js';
import { TillUploadsRepository } from '../../src/modules/evidence/till-uploads.repository.js';
import { OutageEntity, OutageRegister, RegisterQueries, ServiceCatalogue, ServiceEntity } from '../../src/modules/outages/index.js';
import '../../src/modules/outages/outages.module.js';
import { OutagesRepository } from '../../src/modules/outages/outages.repository.js';
import { RegisterRepository } from '../../src/modules/outages/register.repository.js';
import { ServicesRepository } from '../../src/modules/outages/services.repository.js';
import { PolicyCatalogue, PolicyImports, PolicyQueries, PolicyTestRuns, PolicyVersionEntity } from '../../src/modules/policies/index.js';
import { PoliciesRepository } from '../../src/modules/policies/policies.repository.js';
import { SchemeEntity, SchemePlanning, SchemeQueries } from '../../src/modules/schemes/index.js';
import { SchemeGroundwork } from '../../src/modules/schemes/scheme-groundwork.service.js';
import { SchemesRepository } from '../../src/modules/schemes/schemes.repository.js';
import { parseInstant, type Instant } from '../../src/core/time/index.js';

export const at = (text: string): Instant => {
  const read = parseInstant(text);
  if (!read.ok) throw new Error(`${text}: ${read.refusal.code}`);
  return read.value;
};

export const actingAs = (userId: string): Context => ({
  actor: { kind: 'user', userId, roles: ['register_editor', 'policy_author'], memberships: [] }, requestId: 'test',
});

export const asSystem: Context = { actor: { kind: 'system', name: 'test' }, requestId: 'test' };

/** Register, policies, schemes and evidence on a real database, wired by hand: no HTTP, no jobs. */
export function openLowerFloors(appUrl: string, now = at('2026-11-24T12:00:00Z')) {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: appUrl });
  const clock = new FixedClock(now);
  const database = new Database(config, [OutageEntity, ServiceEntity, PolicyVersionEntity, SchemeEntity, SalesSetEntity]);
  const work = new UnitOfWork(database);
  const events = new EventLog(clock, new Jobs(config, work));
  const audit = new AuditTrail(new AuditRepository(), clock);

  const [outagesRows, registerRows, servicesRows] = [new OutagesRepository(), new RegisterRepository(), new ServicesRepository()];
  const registerQueries = new RegisterQueries(clock, outagesRows, registerRows, servicesRows);
  const policiesRows = new PoliciesRepository();
  const policyQueries = new PolicyQueries(policiesRows, clock);
  const catalogue = new PolicyCatalogue(work, database, clock, policiesRows, policyQueries, audit, events);
  const schemesRows = new SchemesRepository();
  const schemeQueries = new SchemeQueries(clock, schemesRows, registerQueries);
  const [salesRows, uploadRows, salesFiles] = [new SalesSetsRepository(), new TillUploadsRepository(), new FolderSalesFiles(config, clock)];
  const salesOriginals = new SalesOriginals(work, salesFiles, uploadRows);
  const salesImports = new SalesImports(work, clock, salesFiles, salesRows, new SalesRecordsRepository(), audit, events);

  return {
    database, reader: database.reader, work, clock,
    services: new ServiceCatalogue(work, clock, servicesRows, audit),
    register: new OutageRegister(work, clock, outagesRows, registerRows, servicesRows, audit, events),
    registerQueries,
    catalogue,
    policyImports: new PolicyImports(catalogue),
    policyQueries,
    testRuns: new PolicyTestRuns(policyQueries),
    planning: new SchemePlanning(work, clock, schemesRows, schemeQueries, new SchemeGroundwork(policyQueries, registerQueries), audit, events),
    schemeQueries,
    salesFiles,
    tillUploads: new TillUploads(work, database, clock, salesOriginals, uploadRows, new TillSurveys(database, clock, salesFiles, uploadRows), salesImports),
    salesSets: new SalesSets(clock, salesRows, uploadRows, salesOriginals, audit),
    salesQueries: new SalesQueries(salesRows),

    async person(name: string): Promise<string> {
      const [row] = await database.reader.query<{ id: string }>(
        'INSERT INTO app_user (email, name, created_at) VALUES ($1, $1, now()) RETURNING id', [`${name}@test.example`]);
      return (row as { id: string }).id;
    },

    async shop(): Promise<{ merchantId: string; siteId: string }> {
      const [merchant] = await database.reader.query<{ id: string }>(
        `INSERT INTO merchant (legal_name, registration_scheme, registration_value, sector_system, sector_code, country, language, zone, created_at)
         VALUES ('Shop', 'none', '-', 'own', 'retail', 'GB', 'en', 'Europe/London', now()) RETURNING id`);
      const merchantId = (merchant as { id: string }).id;
      const [site] = await database.reader.query<{ id: string }>(
        `INSERT INTO site (merchant_id, name, online, zone, country, opening_hours, hours_entered_at, created_at)
         VALUES ($1, 'Shop', false, 'Europe/London', 'GB', '{}', now(), now()) RETURNING id`, [merchantId]);
      return { merchantId, siteId: (site as { id: string }).id };
    },

    close: () => database.onApplicationShutdown(),
  };
}

export type LowerFloors = ReturnType<typeof openLowerFloors>;
