// The picture of the README: the report of the quick start, as a browser shows it.
// node tools/docs/screenshot.mjs, after npm run build; SV_CHROMIUM names another browser than /usr/bin/chromium.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sv-screenshot-'));
const report = join(folder, 'report.html');
try {
  const sv = join(root, 'packages/core/bin/sv.cjs');
  const quickstart = join(root, 'examples/quickstart');
  execFileSync(process.execPath, [sv, 'run', 'pictures', '--quiet', '--concurrency', '1', '--report', report], {
    cwd: quickstart,
  });
  const browser = await chromium.launch({
    executablePath: process.env.SV_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage({
    viewport: { width: 1080, height: 1478 },
    deviceScaleFactor: 1.75,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.goto(pathToFileURL(report).href);
  await page.waitForFunction(() => Array.from(document.images).every((image) => image.complete));
  const shot = await page.screenshot();
  await browser.close();
  const png = await sharp(shot).png({ palette: true, colours: 256, effort: 10, dither: 0.6 }).toBuffer();
  writeFileSync(join(root, 'docs/images/report.png'), png);
  console.log(`docs/images/report.png, ${Math.round(png.length / 1024)} KB`);
} finally {
  rmSync(folder, { recursive: true });
}
