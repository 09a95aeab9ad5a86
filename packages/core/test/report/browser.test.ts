import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ReportRow } from '../../src/cli/report/index.js';
import { answer, cascade, chromium, failure, picture, task, writeReport } from './fixture.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const rows = [
  answer('b/10.jpg', 0.95, 6),
  answer('a/2.jpg', 0.05, 4),
  failure('broken.jpg'),
  answer('a/1.jpg', 0.55, 7),
  answer('c.jpg', 0.3, 3),
];

describe.skipIf(!chromium)('report in a browser (needs chromium, or SV_CHROMIUM)', () => {
  let browser: Browser;
  let folder: string;
  let photo: Buffer;
  const troubles: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sv-report-browser-'));
    photo = await picture('#c96');
    browser = await playwright.launch({ executablePath: chromium as string, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    expect(troubles.splice(0)).toEqual([]);
  });

  /** Opens a report from disk; whatever it logs, throws or asks the network for fails the test. */
  async function openReport(
    list: ReportRow[],
    options: Partial<Parameters<typeof writeReport>[1]> = {},
    look: { colorScheme?: 'light' | 'dark'; width?: number } = {},
  ): Promise<Page> {
    const file = join(folder, `report-${pages.length}-${Math.random().toString(36).slice(2)}.html`);
    await writeReport(list, {
      file,
      task,
      cascade,
      picture: (row) => ('error' in row ? undefined : photo),
      ...options,
    });
    const { colorScheme = 'light', width = 1200 } = look;
    const page = await browser.newPage({ viewport: { width, height: 1_600 }, colorScheme });
    pages.push(page);
    page.on('console', (message) => troubles.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('dialog', (dialog) => troubles.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) troubles.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    await page.locator('#controls output').waitFor();
    return page;
  }

  const cardNames = (page: Page) => page.locator('.card .name').allTextContents();
  const shown = (page: Page) => page.locator('#controls output').textContent();
  const text = async (page: Page, selector: string) =>
    // innerText: what is rendered, with the spaces between blocks
    (await page.locator(selector).innerText()).replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim();

  it('says at the top what happened', async () => {
    const page = await openReport(rows, { elapsedMs: 500, interrupted: true, expected: 9 });
    expect(await text(page, '#lead')).toBe(
      '40 % answered by quick, median 5.0 ms. 40 % of 5 pictures were called roadwork.',
    );
    expect(await text(page, '#totals')).toBe(
      'pictures 5 roadwork 40 % 2 clear 40 % 2 errors 1 median 54.5 ms p95 106 ms pictures / s 10.0',
    );
    expect(await text(page, '#interrupted')).toBe('Stopped early, after 5 of 9.');
    expect(await page.locator('#flow .exit-share').allTextContents()).toEqual(['40\u00a0%', '40\u00a0%', '20\u00a0%']);
    expect(await text(page, '#flow .heads')).toBe('quick 4 pictures slow 2 pictures no answer 1 picture');
    const [road, apart] = await Promise.all(
      ['.asphalt', '.barrier'].map((part) => page.locator(`#flow ${part}`).boundingBox()),
    );
    expect(apart?.x).toBeGreaterThan((road?.x ?? 0) + (road?.width ?? 0));
    expect(await text(page, '#timings tbody tr:nth-child(2)')).toMatch(/^slow 2 runs .*100 ms 100 ms$/);
    expect(await page.locator('#histogram .bound').count()).toBe(2);
    expect(await cardNames(page)).toEqual(['10.jpg', '2.jpg', 'broken.jpg', '1.jpg', 'c.jpg']);
    expect(
      await page
        .locator('.card img')
        .first()
        .evaluate((image: { naturalWidth: number }) => image.naturalWidth),
    ).toBe(400);
  });

  it('filters by label, exit, error, text and score, and clears', async () => {
    const page = await openReport(rows);
    await page.getByRole('button', { name: 'roadwork 2' }).click();
    expect(await cardNames(page)).toEqual(['10.jpg', '1.jpg']);
    await page.getByRole('button', { name: 'after slow 2' }).click();
    expect(await cardNames(page)).toEqual(['1.jpg']);
    expect(await shown(page)).toBe('1 of 5');
    await page.keyboard.press('x');
    expect(await shown(page)).toBe('5 pictures');
    await page.locator('#flow .exit.failed').click();
    expect(await cardNames(page)).toEqual(['broken.jpg']);
    await page.locator('#flow .exit.failed').click();
    await page.getByLabel('Lowest score').fill('0.5');
    expect(await cardNames(page)).toEqual(['10.jpg', '1.jpg']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('window');
    expect(await shown(page)).toBe('0 of 5');
    expect(await page.locator('#empty').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await shown(page)).toBe('5 pictures');
  });

  it('sorts', async () => {
    const page = await openReport(rows);
    await page.getByLabel('Sort by').selectOption('Doubt');
    expect(await cardNames(page)).toEqual(['1.jpg', 'c.jpg', '10.jpg', '2.jpg', 'broken.jpg']);
    await page.getByLabel('Sort by').selectOption('Name');
    await page.getByRole('button', { name: 'Reverse the order' }).click();
    expect(await cardNames(page)).toEqual(['c.jpg', 'broken.jpg', '10.jpg', '2.jpg', '1.jpg']);
  });

  it('goes by keyboard from card to card, into the trace and back', async () => {
    const page = await openReport(rows, {}, { width: 800 });
    const focused = () => page.evaluate("document.activeElement?.querySelector('.name')?.textContent");
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('10.jpg');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('c.jpg');
    await page.keyboard.press('Home');
    expect(await focused()).toBe('10.jpg');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await text(page, '#detail-title')).toBe('c.jpg');
    await page.keyboard.press('ArrowLeft');
    expect(await text(page, '#detail-title')).toBe('1.jpg');
    expect(await text(page, '#detail .why')).toBe('Stopped after slow: last step.');
    expect(await page.locator('#detail .run').count()).toBe(2);
    expect(await text(page, '#detail .run:nth-child(2)')).toContain(
      'queue 1.0 ms · preprocess 9.0 ms · compute 90.0 ms',
    );
    const [first, second] = await page
      .locator('#detail .run .part-compute')
      .evaluateAll((parts) =>
        (parts as unknown as { getBoundingClientRect(): { left: number; right: number } }[]).map((part) =>
          part.getBoundingClientRect(),
        ),
      );
    expect(second?.left).toBeGreaterThan(first?.right ?? Number.POSITIVE_INFINITY);
    await page.keyboard.press('Escape');
    expect(await page.locator('#detail').isVisible()).toBe(false);
    expect(await focused()).toBe('1.jpg');
    await page.keyboard.press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('tells of errors in full', async () => {
    const page = await openReport(rows);
    await page.locator('.card', { hasText: 'SV_IMAGE_CORRUPT' }).click();
    expect(await text(page, '#detail .why')).toBe('broken.jpg: the picture ends early.');
    await page.getByText('The row as JSON').click();
    expect(JSON.parse((await page.locator('#detail pre').textContent()) ?? '')).toEqual(rows[2]);
  });

  it('follows the system into the dark, and the button out of it', async () => {
    const page = await openReport(rows, {}, { colorScheme: 'dark' });
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    expect(await paper()).toBe('rgb(18, 20, 23)');
    await page.keyboard.press('t');
    expect(await paper()).toBe('rgb(247, 246, 242)');
    expect(await page.locator('#theme').getAttribute('aria-label')).toBe('Colours: light');
    await page.locator('#theme').click();
    expect(await paper()).toBe('rgb(18, 20, 23)');
  });

  it('shows hostile names as text', async () => {
    const names = [
      '<img src=x onerror=alert(1)>.jpg',
      '</script><script>alert(2)</script>.jpg',
      '<!--<script>.jpg',
      'photo\u202egpj.exe',
      'שלום.jpg',
      '"><svg onload=alert(3)>.jpg',
    ];
    const list = names.map((name) => ({
      ...answer(name, 0.9),
      label: name,
      exit: { after: name, reason: name, step: 0 },
    }));
    const page = await openReport(list, {
      title: '</title><script>alert(4)</script>',
      cascade: [{ run: [names[0] as string] }],
    });
    expect(await page.title()).toBe('</title><script>alert(4)</script> · StreetVision report');
    const own = [names[0], 'script>.jpg', names[2], 'photo⟨U+202E⟩gpj.exe', names[4], names[5]];
    expect(await cardNames(page)).toEqual(own);
    await page.locator('.card').nth(1).click();
    expect(await text(page, '#detail .detail-path')).toBe('</script><script>alert(2)</');
    expect(
      await page.evaluate("document.querySelectorAll('img[onerror], svg[onload], script:not([type])').length"),
    ).toBe(1);
  });

  it('stands without any row', async () => {
    const page = await openReport([]);
    expect(await text(page, '#lead')).toBe('No picture was run.');
    expect(await page.locator('#empty').isVisible()).toBe(true);
    expect(await page.locator('#flow').isVisible()).toBe(false);
    for (const key of ['ArrowRight', 's', 'x', 'Enter']) await page.keyboard.press(key);
  });

  it('shows the whole text of an error', async () => {
    const message = 'The picture could not be decoded: '.concat('VipsJpeg: premature_end_of_image '.repeat(5), '!');
    const page = await openReport([{ input: 'cut.jpg', error: { code: 'SV_IMAGE_TOO_MANY_PIXELS', message } }]);
    const cut = `[...document.querySelectorAll('.card .reason, .card code')].filter((one) =>
      one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight || one.getBoundingClientRect().bottom >
      one.closest('.card').getBoundingClientRect().bottom).map((one) => one.className)`;
    expect(await page.evaluate(cut)).toEqual([]);
    expect(await text(page, '.card .reason')).toBe(message);
  });

  it('stands when every row is an error, and without a task or a config', async () => {
    const page = await openReport([failure('a'), failure('b')], { title: 'Nothing read' });
    expect(await text(page, '#lead')).toBe('None of 2 pictures could be answered.');
    expect(await page.locator('#charts').isVisible()).toBe(false);
    const file = join(folder, 'bare.html');
    await writeReport([answer('a', 0.9)], { file });
    await page.goto(pathToFileURL(file).href);
    expect(await text(page, '#lead')).toBe('100 % answered by quick, median 5.0 ms.');
  });

  it('holds 5,000 rows with a few dozen cards', async () => {
    const many = Array.from({ length: 5_000 }, (_, at) =>
      answer(`clip/${at}.jpg`, ((at * 37) % 1_000) / 999, 3 + (at % 40)),
    );
    const small = await picture('#69c', 32, 20);
    const page = await openReport(many, { picture: () => small });
    expect(await shown(page)).toBe('5,000 pictures');
    expect(await page.locator('.card').count()).toBeLessThan(80);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    expect(await page.evaluate("document.activeElement.querySelector('.name').textContent")).toBe('4999.jpg');
    expect(
      await page
        .locator('.card img')
        .last()
        .evaluate((image: { complete: boolean }) => image.complete),
    ).toBe(true);
    expect(await page.locator('.card').count()).toBeLessThan(80);
    await page.keyboard.press('/');
    await page.keyboard.type('4321');
    expect(await cardNames(page)).toEqual(['4321.jpg']);
    expect(await page.locator('li[aria-posinset="1"][aria-setsize="1"]').count()).toBe(1);
  });

  it('fits a phone, and prints', async () => {
    const page = await openReport(rows, {}, { width: 360 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('carries no address to load from, and a policy that allows none', async () => {
    const page = await openReport(rows);
    const policy = await page.locator('meta[http-equiv]').getAttribute('content');
    expect(policy?.replace(/'sha256-[^']+'/g, 'HASH')).toMatchInlineSnapshot(
      `"default-src 'none'; script-src HASH; style-src HASH; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    // the policy bites: an inline script that is not the page's own does not run
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))`,
    );
    expect(await page.evaluate('window.ran')).toBe(undefined);
    expect(troubles.splice(0).join()).toMatch(/Content Security Policy/);
  });
});
