import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { brokenAnchors } from './broken-anchors.ts';

const site = mkdtempSync(join(tmpdir(), 'waybill-site-'));
afterAll(() => rmSync(site, { recursive: true }));

it('finds links to anchors that a page has not', () => {
  mkdirSync(join(site, 'docs'));
  writeFileSync(
    join(site, 'index.html'),
    '<h2 id="packages"></h2><a href="#packages"></a><a href="#none"></a><a class="x" href="/waybill/docs/policy#names"></a>',
  );
  writeFileSync(
    join(site, 'docs/policy.html'),
    '<h2 id="names"></h2><a href="./../#packages"></a><a href="../#rules"></a><a href="https://opentelemetry.io/#x"></a>',
  );
  expect(brokenAnchors(site, '/waybill/')).toEqual(['docs/policy.html: ../#rules', 'index.html: #none']);
});
