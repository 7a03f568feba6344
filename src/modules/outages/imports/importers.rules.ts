import { readAlertmanager } from './alertmanager.importer.js';
import { readAws } from './aws.importer.js';
import { readAzure } from './azure.importer.js';
import { readCachet } from './cachet.importer.js';
import { readCsv } from './csv.importer.js';
import type { FeedImporter, FeedKind } from './feed.rules.js';
import { readGoogleCloud } from './google-cloud.importer.js';
import { readPrometheus } from './prometheus.importer.js';
import { readSlack } from './slack.importer.js';
import { readStatusio } from './statusio.importer.js';
import { readStatuspage } from './statuspage.importer.js';
import { readUpptime } from './upptime.importer.js';
import { readUptimeKuma } from './uptime-kuma.importer.js';

/** Who reads which feed: the one table. */
export const IMPORTERS: Readonly<Record<FeedKind, FeedImporter>> = {
  statuspage: readStatuspage, google_cloud: readGoogleCloud, upptime: readUpptime, slack: readSlack, statusio: readStatusio, prometheus: readPrometheus,
  alertmanager: readAlertmanager, csv: readCsv, aws: readAws, azure: readAzure, cachet: readCachet, uptime_kuma: readUptimeKuma,
};
