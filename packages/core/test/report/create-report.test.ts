import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReport, type Picture } from '../../src/cli/report/index.js';
import { escapeHtml, scriptJson } from '../../src/cli/report/page.js';
import { thumbnailWidth } from '../../src/cli/report/thumbnail.js';
import { answer, failure, picture, task, writeReport } from './fixture.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sv-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const blocks = (html: string, kind: string): unknown[] =>
  [...html.matchAll(new RegExp(`<script type="application/json" data-${kind}>(.*?)</script>`, 'gs'))].map(([, json]) =>
    JSON.parse(json as string),
  );

describe('createReport', () => {
  it('keeps the order of rows, whichever thumbnail is ready first', async () => {
    const file = join(folder, 'order.html');
    const colours = ['#ff0000', '#00ff00', '#0000ff'];
    const report = await createReport({ file, task, thumbnailWidth: 32 });
    for (let at = 0; at < 150; at++) {
      const late = at % 3 === 0 ? 15 : 0;
      await report.add(answer(`${at}.jpg`, at / 150), async () => {
        await new Promise((done) => setTimeout(done, late));
        return picture(colours[at % 3] as string, 64, 40);
      });
    }
    await report.finish({ elapsedMs: 1_000 });
    const html = await readFile(file, 'utf8');
    const rows = blocks(html, 'rows').flat() as { row: { input: string } }[];
    const thumbnails = blocks(html, 'thumbnails').flat() as string[];
    expect(rows.map(({ row }) => row.input)).toEqual(Array.from({ length: 150 }, (_, at) => `${at}.jpg`));
    for (const at of [0, 1, 2, 76, 149]) {
      const bytes = Buffer.from((thumbnails[at] as string).split(',')[1] as string, 'base64');
      const { dominant } = await sharp(bytes).stats();
      expect(Object.values(dominant).indexOf(Math.max(...Object.values(dominant)))).toBe(at % 3);
    }
    expect(blocks(html, 'meta')).toMatchObject([{ title: 'roadwork', elapsedMs: 1_000, task }]);
  });

  it('holds back the caller while many thumbnails are being made', async () => {
    const report = await createReport({ file: join(folder, 'held.html') });
    let open = () => {};
    const gate = new Promise<void>((done) => {
      open = done;
    });
    let accepted = 0;
    const adding = (async () => {
      for (let at = 0; at < 100; at++) {
        await report.add(answer(`${at}`, 0.9), async () => {
          await gate;
          return undefined;
        });
        accepted++;
      }
    })();
    await new Promise((done) => setTimeout(done, 50));
    expect(accepted).toBe(16);
    open();
    await adding;
    expect(accepted).toBe(100);
    await report.abort();
  });

  it('tells why there is no thumbnail, by the rules of a run', async () => {
    const file = join(folder, 'why.html');
    const pictures: Record<string, Picture | undefined> = {
      none: undefined,
      text: Buffer.from('<html>not a picture'),
      svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      large: await picture('#888', 200, 100),
      folder,
      cut: (await picture('#8a4', 80, 60)).subarray(0, -60),
    };
    await writeReport(Object.keys(pictures).map(failure), {
      file,
      images: { maxPixels: 6_000 },
      thumbnailWidth: 64,
      picture: ({ input }) => pictures[input],
    });
    const [made] = blocks(await readFile(file, 'utf8'), 'thumbnails') as { why: string }[][];
    const whys = (made ?? []).map(({ why }) => why.replace(folder, 'FOLDER'));
    expect(whys.pop()).toMatch(/premature end/i);
    expect(whys).toMatchInlineSnapshot(`
      [
        "No picture was given.",
        "Received an HTML page, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them.",
        "Received XML or SVG, expected a JPEG, PNG, WebP, AVIF, TIFF or GIF. Convert the picture to one of them.",
        "The picture has 200 x 100 = 20000 pixels; at most 6000 are accepted. Send a smaller picture, or raise \`images.maxPixels\` in the config.",
        "\`FOLDER\` is a folder, expected a file. Name the pictures in it, or read them yourself and pass the bytes.",
      ]
    `);
  });

  it('turns thumbnails upright, keeps small pictures small, and shrinks them for thousands', async () => {
    const file = join(folder, 'size.html');
    const sideways = await sharp(await picture('#888', 800, 600))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const tiny = await picture('#888', 20, 10);
    await writeReport([answer('sideways', 0.9), answer('tiny', 0.9)], {
      file,
      thumbnailWidth: 160,
      picture: ({ input }) => (input === 'tiny' ? tiny : sideways),
    });
    const [made] = blocks(await readFile(file, 'utf8'), 'thumbnails') as string[][];
    const sizes = (made ?? []).map(async (uri) => {
      const { width, height } = await sharp(Buffer.from(uri.split(',')[1] as string, 'base64')).metadata();
      return [width, height];
    });
    expect(await Promise.all(sizes)).toEqual([
      [120, 160],
      [20, 10],
    ]);
    expect([1, 300, 301, 3_000, 10_000].map(thumbnailWidth)).toEqual([400, 400, 320, 240, 160]);
  });

  it('links to pictures from the report, with every character encoded', async () => {
    const path = join(folder, 'a "b" #1?.jpg');
    await writeFile(path, await picture('#123'));
    const file = join(folder, 'out', 'report.html');
    await writeReport([answer('x', 0.9)], { file, picture: () => path });
    expect(blocks(await readFile(file, 'utf8'), 'rows')).toMatchObject([[{ link: './../a%20%22b%22%20%231%3F.jpg' }]]);
  });

  it('leaves the file that was there until it is finished, and nothing beside it', async () => {
    const file = join(folder, 'kept', 'report.html');
    await writeReport([answer('first', 0.9)], { file });
    const before = await readFile(file, 'utf8');
    const report = await createReport({ file });
    await report.add(answer('second', 0.9));
    expect(await readFile(file, 'utf8')).toBe(before);
    await report.abort();
    const failing = async function* () {
      yield answer('third', 0.9);
      throw new Error('the run broke');
    };
    await expect(writeReport(failing(), { file })).rejects.toThrow('the run broke');
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(join(folder, 'kept'))).toEqual(['report.html']);
  });

  it('names the file that cannot be written', async () => {
    await writeFile(join(folder, 'plain'), '');
    await expect(createReport({ file: join(folder, 'plain', 'report.html') })).rejects.toMatchObject({
      code: 'SV_OUTPUT_WRITE',
      message: expect.stringMatching(/^The report .*report\.html could not be written: .*Check the disk/),
    });
  });
});

describe('hostile text', () => {
  const nasty = '</script><!--<script>\u2028"\'&\ud800';
  it('cannot leave a script block, and comes back as it was', () => {
    expect(scriptJson(nasty)).not.toContain('<');
    expect(JSON.parse(scriptJson(nasty))).toBe(nasty);
  });
  it('is text in HTML', () => {
    expect(escapeHtml('<b title="x">\'&')).toMatchInlineSnapshot(`"&#60;b title=&#34;x&#34;&#62;&#39;&#38;"`);
  });
});
