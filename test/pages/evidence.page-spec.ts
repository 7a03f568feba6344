import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browsing, expectAccessible, expectFits, expectReachable, expectWords, keepPicture } from '../support/browser.js';
import { jpeg, pdf, png, sendEvidence } from '../support/evidence-files.js';
import { newSite } from '../support/claims.js';
import { draftClaim, openWorld, submit, type World } from '../support/world.js';

let world: World;
let browsing: Browsing;
let folder: string;
beforeAll(async () => {
  world = await openWorld();
  browsing = await Browsing.of(world.url);
  folder = mkdtempSync(join(tmpdir(), 'makegood-pictures-'));
});
afterAll(async () => {
  await browsing.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

const onDisk = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

async function draft(): Promise<{ id: string; version: number; reference: string }> {
  const claim = await draftClaim(world, { siteId: await newSite(world) });
  return { ...claim, reference: (await world.as<{ reference: string }>('owner', 'GET', `/v1/claims/${claim.id}`)).body.reference };
}

describe.each([['with scripts', true], ['without scripts', false]])('a merchant with a phone, %s', (_name, scripts) => {
  it('reads what is taken, sends a photo, and takes it back', async () => {
    const { reference } = await draft();
    const { page, complaints } = await browsing.reader({ person: 'owner', scripts, width: 360 });
    await page.goto(`/en/claims/${reference}`);
    await page.getByRole('link', { name: 'Photos and documents' }).click();
    expect(await page.locator('main').innerText()).toContain('Each file at most 20 MB; together at most 100 MB and 20 files.');
    await page.getByLabel('Accounts of the business').check();
    await page.getByLabel('Photo or PDF').setInputFiles(onDisk('bill.png', Buffer.concat([jpeg(640, 480, `phone ${scripts}`), Buffer.alloc(700_000, 9)])));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.govuk-notification-banner').waitFor();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('It has arrived.');
    expect(await page.locator('.mg-file').innerText()).toMatch(/bill\.jpg\s+received\s+Accounts of the business · 684 KB/i);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'bill.jpg' }).click()]);
    expect(download.suggestedFilename()).toBe('bill.jpg');
    await page.getByRole('button', { name: 'Remove bill.jpg' }).click();
    expect(await page.locator('.govuk-notification-banner').innerText()).toContain('It has been removed.');
    expect(await page.locator('.mg-file').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is told in their language what is wrong with a file, and keeps what was chosen', async () => {
    const { reference } = await draft();
    const { page } = await browsing.reader({ person: 'owner', scripts, width: 320 });
    await page.goto(`/ko/claims/${reference}/evidence`);
    await page.getByLabel('사업 장부').check();
    await page.getByLabel('사진 또는 PDF').setInputFiles(onDisk('photo.jpg', Buffer.from('<html><script>alert(1)</script></html>')));
    await page.getByRole('button', { name: '보내기' }).click();
    const said = scripts ? page.locator('[data-evidence-say]') : page.locator('.govuk-error-summary');
    await said.filter({ hasText: '사진도 PDF도 아닙니다' }).waitFor();
    expect(await page.getByLabel('사업 장부').isChecked()).toBe(true);
    await page.getByLabel('사진 또는 PDF').setInputFiles([]);
    await page.getByRole('button', { name: '보내기' }).click();
    await said.filter({ hasText: '먼저 사진이나 PDF를 선택하세요' }).waitFor();
    await expectFits(page);
  });
});

describe('an upload with scripts', () => {
  it('goes on by itself when the connection comes back', async () => {
    const { reference, id } = await draft();
    const { page, context } = await browsing.reader({ person: 'owner', width: 360 });
    await page.goto(`/en/claims/${reference}/evidence`);
    let pieces = 0;
    await page.route('**/evidence/uploads/*', async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue();
      pieces += 1;
      return pieces === 2 || pieces === 3 ? route.abort('connectionreset') : route.continue();
    });
    await page.getByLabel('Photo or PDF').setInputFiles(onDisk('long.png', Buffer.concat([png(8, 8, 'long'), Buffer.alloc(900_000, 5)])));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.govuk-notification-banner').waitFor({ timeout: 30_000 });
    expect(pieces).toBeGreaterThan(4);
    const { body } = await world.as<{ items: { state: string; sizeBytes: number }[] }>('owner', 'GET', `/v1/claims/${id}/evidence`);
    expect(body.items).toMatchObject([{ state: 'unscanned' }]);
    await context.close();
  });
});

describe('the page with everything on it', () => {
  it.each([['en', 1280], ['ko', 320], ['fr', 320]] as const)('in %s, %i wide, can be read by everybody', async (language, width) => {
    const { reference, id } = await draft();
    await sendEvidence(world, id, png(8, 8, language), { name: '2026년 10월 정산 내역과 영수증 모음 사진 파일 이름이 아주 깁니다.png', kind: 'accounts' });
    await sendEvidence(world, id, pdf('', language), { name: `${'Long-'.repeat(20)}Name.pdf`, kind: 'other' });
    const tus = { 'tus-resumable': '1.0.0', 'upload-metadata': `filename ${Buffer.from('Half.jpg').toString('base64')}` };
    await world.as('owner', 'POST', `/v1/claims/${id}/evidence/uploads`, { headers: { ...tus, 'upload-length': '5000' } });
    const bad = await world.as('owner', 'POST', `/v1/claims/${id}/evidence/uploads`, { headers: { ...tus, 'upload-length': '6' } });
    await fetch(`${world.url}${String(bad.headers['location'])}`, {
      method: 'PATCH', body: '<html>', headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', authorization: `Bearer ${world.tokens.owner}` },
    });
    const { page, complaints } = await browsing.reader({ person: 'owner', width });
    await page.goto(`/${language}/claims/${reference}/evidence`);
    expect(await page.locator('.mg-file').count()).toBe(4);
    await expectWords(page);
    await expectAccessible(page);
    await expectFits(page);
    await expectReachable(page);
    await keepPicture(page, `evidence-full-${language}-${width}`);
    expect(complaints).toEqual([]);
  });

  it('staff see it on the desk with its states, honestly unscanned, and open it', async () => {
    const claim = await draft();
    await sendEvidence(world, claim.id, png(8, 8, 'for staff'), { name: 'till.png', kind: 'accounts' });
    expect((await submit(world, claim)).status).toBe(201);
    const { page } = await browsing.reader({ person: 'reviewer' });
    await page.goto(`/en/work/${claim.reference}`);
    const section = page.locator('section[aria-labelledby=papers]');
    expect(await section.innerText()).toMatch(/till\.png\s+not scanned/i);
    expect(await section.innerText()).toContain('looked at by nobody');
    const [download] = await Promise.all([page.waitForEvent('download'), section.getByRole('link', { name: 'till.png' }).click()]);
    expect(download.suggestedFilename()).toBe('till.png');
    await expectAccessible(page);
    await keepPicture(page, 'evidence-desk-en-1280');
  });

  it('everything given and got is one archive', async () => {
    const { reference } = await draft();
    const { page } = await browsing.reader({ person: 'owner', width: 360 });
    await page.goto(`/en/claims/${reference}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download everything' }).click()]);
    expect(download.suggestedFilename()).toBe(`${reference}.zip`);
  });
});
