import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DataContext, Sample } from '@streetvision/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type UrlsOptions, urlsFormat } from '../../src/urls/format.js';
import { all, context, picture, tempFolder, write } from '../pictures.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const answers = new Map<string, Answer>();
const seen: { url: string; host: string | undefined; authorization: string | undefined }[] = [];
let port = 0;
let png: Buffer;
const server = createServer((request, response) => {
  seen.push({ url: request.url ?? '', host: request.headers.host, authorization: request.headers.authorization });
  const answer = answers.get((request.url ?? '').replace(/\?.*/, ''));
  if (answer) answer(request, response);
  else response.writeHead(404).end();
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  png = await picture(3);
  answers.set('/a.png', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(png));
});
beforeEach(() => void seen.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Names of this test: all lead here. */
const here = async () => [{ address: '127.0.0.1', family: 4 }];
const allowed: UrlsOptions = { allow: ['pictures.test', 'other.test'], resolve: here, backoffMs: 1, retries: 2 };

async function open(
  lines: string,
  settings: UrlsOptions = allowed,
  { name = 'list.txt', query = '', ctx = {} as Partial<DataContext> } = {},
) {
  const folder = await tempFolder();
  await write(folder, { [name]: lines.replaceAll(':PORT', `:${port}`) });
  const at = context(folder, { remote: { cache: folder }, ...ctx });
  const samples = await all(await urlsFormat(settings).open(`${name}${query}`, at));
  return { samples, folder, problems: at.problems };
}

const failure = async (path: string, settings: UrlsOptions = allowed): Promise<string> => {
  const { samples } = await open(`http://pictures.test:PORT${path}`, settings);
  const error = await (samples[0] as Sample).read().catch((thrown: Error & { code: string }) => thrown);
  const { code, message } = error as Error & { code: string };
  return `${code} ${message}`.replaceAll(`:${port}`, '');
};

it('reads lists as text, JSONL and CSV, and names the lines that are wrong', async () => {
  const text = await open(
    '# remark\nhttps://pictures.test/a.png roadwork clip1\n\nhttps://pictures.test/b.png?sig=s3cret 0\nnonsense\nhttp://10.0.0.1/x.png\na b c d e\nhttps://pictures.test/c.png maybe\n',
  );
  expect(
    text.samples.map(({ id, label, group, source }) => [
      id.replace(/#.*/, '#'),
      label,
      group.replace(/#.*/, '#'),
      source,
    ]),
  ).toEqual([
    ['pictures.test/a.png', 'roadwork', 'clip1', 'list'],
    ['pictures.test/b.png#', 'none', 'pictures.test/b.png#', 'list'],
  ]);
  expect(JSON.stringify(text)).not.toContain('s3cret');
  expect(text.problems.map(({ where, code }) => `${where} ${code}`)).toEqual([
    'list.txt line 5 SV_DATA_FORMAT',
    'list.txt line 6 SV_DATA_SOURCE',
    'list.txt line 7 SV_DATA_FORMAT',
    'list.txt line 8 SV_DATA_LABEL',
  ]);
  expect(seen).toEqual([]);
  const json = await open(
    '{"url":"https://pictures.test/a","label":1,"group":"g","split":"test","city":"Ulm"}\n{"url":3}\n[1]\n{',
    allowed,
    { name: 'list.jsonl' },
  );
  expect(json.samples).toMatchObject([{ label: 'roadwork', group: 'g', split: 'test', meta: { city: 'Ulm' } }]);
  expect(json.problems.length).toBe(3);
  const csv = await open('url,label,weather\nhttps://pictures.test/a,none,"wet, cold"\n', allowed, {
    name: 'list.csv',
  });
  expect(csv.samples).toMatchObject([{ label: 'none', meta: { weather: 'wet, cold' } }]);
  const ragged = await open('url;label;km\nhttps://pictures.test/a;1;4.5\nhttps://pictures.test/b;1;2;3\n', allowed, {
    name: 'list.csv',
  });
  expect(ragged.samples).toMatchObject([{ label: 'roadwork', meta: { km: 4.5 } }]);
  expect(ragged.problems).toMatchObject([
    { where: 'list.csv line 3', message: 'The line has 4 fields, expected 3: url, label, km.' },
  ]);
});

it('downloads once, keeps, and does without the network then', async () => {
  const { samples, folder } = await open('http://pictures.test:PORT/a.png?x=1');
  expect(Buffer.from((await samples[0]?.read()) as Uint8Array)).toEqual(png);
  await samples[0]?.read();
  expect(seen).toEqual([{ url: '/a.png?x=1', host: `pictures.test:${port}`, authorization: undefined }]);
  expect((await readdir(folder, { recursive: true })).some((name) => name.endsWith('.part'))).toBe(false);
  const offline = context(folder, { remote: { cache: folder, offline: true } });
  const [kept] = await all(await urlsFormat(allowed).open('list.txt', offline));
  expect(Buffer.from((await kept?.read()) as Uint8Array)).toEqual(png);
  await write(folder, { 'new.txt': 'https://pictures.test/new.png' });
  const [absent] = await all(await urlsFormat(allowed).open('new.txt', offline));
  await expect(absent?.read()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[SvError: https://pictures.test/new.png is not in the cache, and the network is not to be touched. Run once without --offline and SV_OFFLINE.]`,
  );
});

it('refuses names that lead to private addresses, on redirects too, and what a name says second', async () => {
  expect(await failure('/a.png', { ...allowed, allow: [] })).toMatchInlineSnapshot(
    `"SV_DATA_SOURCE pictures.test is 127.0.0.1, which is not on the public internet. Allow it by name where that is meant: \`?allow=pictures.test\`."`,
  );
  const mixed = async () => [
    { address: '8.8.8.8', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ];
  expect(await failure('/a.png', { resolve: mixed })).toContain('10.0.0.1, which is not');
  expect(seen).toEqual([]);

  answers.set('/to-private', (_, response) =>
    response.writeHead(302, { location: `http://metadata.test:${port}/a.png` }).end(),
  );
  answers.set('/to-address', (_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${port}/a.png` }).end(),
  );
  answers.set('/to-file', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end());
  answers.set('/for-ever', (_, response) => response.writeHead(302, { location: '/for-ever' }).end());
  expect([
    await failure('/to-private'),
    await failure('/to-address'),
    await failure('/to-file'),
    await failure('/for-ever'),
  ]).toMatchInlineSnapshot(`
    [
      "SV_DATA_SOURCE metadata.test is 127.0.0.1, which is not on the public internet. Allow it by name where that is meant: \`?allow=metadata.test\`.",
      "SV_DATA_SOURCE 127.0.0.1 is 127.0.0.1, which is not on the public internet. Allow it by name where that is meant: \`?allow=127.0.0.1\`.",
      "SV_DATA_SOURCE The address begins with \`file:\`, expected http: or https:.",
      "SV_DATA_SOURCE http://pictures.test/for-ever redirects more than 5 times.",
    ]
  `);
  expect(seen.filter(({ url }) => url === '/a.png')).toEqual([]);

  let asked = 0;
  const rebinding = async () => (asked++ === 0 ? [{ address: '192.31.196.1', family: 4 }] : here());
  const error = await failure('/a.png', { resolve: rebinding, retries: 1, timeoutMs: 400, backoffMs: 1 });
  expect([asked, error]).toEqual([2, expect.stringContaining('127.0.0.1, which is not on the public internet')]);
  expect(seen.filter(({ url }) => url === '/a.png')).toEqual([]);
});

it('sends a password to its own server alone, and shows it nowhere', async () => {
  answers.set('/private.png', (_, response) =>
    response.writeHead(302, { location: `http://other.test:${port}/a.png` }).end(),
  );
  const { samples, problems } = await open(
    'http://ann:pass%40word@pictures.test:PORT/private.png\nhttp://ann:pass%40word@pictures.test:PORT/gone.png',
  );
  await samples[0]?.read();
  expect(seen.map(({ authorization }) => authorization)).toEqual([
    `Basic ${Buffer.from('ann:pass@word').toString('base64')}`,
    undefined,
  ]);
  const error = await (samples[1] as Sample).read().catch((thrown: Error) => thrown);
  expect((error as Error).message).toBe(`The server answered 404 for http://pictures.test:${port}/gone.png.`);
  expect(JSON.stringify([samples, problems, String(error)])).not.toMatch(/ann|pass/);
});

it('has limits, tries again what may pass, and looks at the bytes', async () => {
  let busy = 2;
  answers.set('/busy', (_, response) =>
    busy-- > 0 ? response.writeHead(503).end() : response.writeHead(200).end(png),
  );
  let cut = 1;
  answers.set('/cut', (_, response) => {
    response.writeHead(200, { 'content-length': png.length });
    if (cut-- > 0) response.write(png.subarray(0, 9), () => response.destroy());
    else response.end(png);
  });
  const { samples } = await open('http://pictures.test:PORT/busy\nhttp://pictures.test:PORT/cut');
  for (const sample of samples) expect(Buffer.from(await sample.read())).toEqual(png);

  answers.set('/down', (_, response) => response.writeHead(500).end());
  answers.set('/page', (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('<html>'));
  answers.set('/zip', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(png));
  answers.set('/declared', (_, response) => response.writeHead(200, { 'content-length': 1e9 }).write(png));
  answers.set('/endless', (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1);
    response.on('close', () => clearInterval(timer));
  });
  answers.set('/slow', () => {});
  const small = { ...allowed, maxBytes: 500_000, timeoutMs: 300, retries: 0 };
  expect(
    await Promise.all(['/down', '/page', '/zip', '/declared', '/endless', '/slow'].map((path) => failure(path, small))),
  ).toMatchInlineSnapshot(`
    [
      "SV_DATA_SOURCE The server answered 500 for http://pictures.test/down.",
      "SV_IMAGE_FORMAT What http://pictures.test/page gave is no picture.",
      "SV_DATA_SOURCE http://pictures.test/zip came with the encoding "gzip", which was not asked for.",
      "SV_IMAGE_TOO_LARGE http://pictures.test/declared has more than 500000 bytes. Raise the limit with \`?maxBytes=\`, or leave it out.",
      "SV_IMAGE_TOO_LARGE http://pictures.test/endless has more than 500000 bytes. Raise the limit with \`?maxBytes=\`, or leave it out.",
      "SV_DATA_SOURCE http://pictures.test/slow could not be read in 1 tries: The operation was aborted.",
    ]
  `);
  expect(seen.filter(({ url }) => url === '/page').length).toBe(1);
});

it('takes limits and hosts from the reference', async () => {
  const settings = { resolve: here, backoffMs: 1 };
  const { samples } = await open('http://pictures.test:PORT/a.png', settings, {
    query: '?allow=pictures.test&maxBytes=100000&concurrency=2',
  });
  expect((await samples[0]?.read())?.length).toBe(png.length);
  for (const query of ['?alow=x', '?maxBytes=-1', '?concurrency=0']) {
    await expect(open('', settings, { query })).rejects.toMatchObject({ code: 'SV_DATA_FORMAT' });
  }
  await expect(async () => urlsFormat().open('none.txt', context('/'))).rejects.toMatchObject({
    code: 'SV_DATA_NOT_FOUND',
  });
});
