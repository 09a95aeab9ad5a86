import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../../src/types/index.js';
import { sha256 } from './local-hub.js';
import { failure, openStore, temporaryFolder } from './open-store.js';

describe('a file reference', () => {
  it('is relative to the folder of the config, absolute, or a URL; and is not pinned', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'models'));
    const path = join(dir, 'models/my head.bin');
    await writeFile(path, 'head');
    const { store } = await openStore({ dir });
    for (const ref of [
      'file:models/my head.bin',
      'file:./models/my head.bin',
      `file:${path}`,
      pathToFileURL(path).href,
    ]) {
      expect(await store.get(ref as ModelRef)).toEqual({ ref, path, sha256: sha256('head'), bytes: 4 });
    }
    expect(await store.pinned()).toEqual([]);
    expect(await store.list()).toEqual([]);
  });

  it('is hashed again when the file changed, in size or in time only', async () => {
    const dir = await temporaryFolder();
    const path = join(dir, 'head.bin');
    await writeFile(path, 'head');
    const { store } = await openStore({ dir });
    await store.get('file:head.bin');
    await writeFile(path, 'HEAD');
    await utimes(path, 1_000, 1_000);
    expect((await store.get('file:head.bin')).sha256).toBe(sha256('HEAD'));
    // The same size and time: the hash is remembered, for that is what keeps a start quick.
    await writeFile(path, 'tail');
    await utimes(path, 1_000, 1_000);
    expect((await (await openStore({ dir })).store.get('file:head.bin')).sha256).toBe(sha256('HEAD'));
  });

  it('that is no file is refused', async () => {
    const dir = await temporaryFolder();
    await mkdir(join(dir, 'models'));
    const { store } = await openStore({ dir });
    const folder = await failure(store.get('file:models/'));
    expect(folder.code).toBe('SV_MODEL_REF');
    expect(folder.message).toMatchInlineSnapshot(
      `"\`file:models/\` is a folder, but a reference names one file. Name the file in it, such as \`file:models/model.onnx\`."`,
    );
    const missing = await failure(store.get('file:models/no.onnx'));
    expect(missing.code).toBe('SV_MODEL_NOT_FOUND');
    expect(missing.message.replaceAll(dir, '<dir>')).toMatchInlineSnapshot(
      `"\`file:models/no.onnx\`: there is no <dir>/models/no.onnx. Paths are relative to the folder of the config."`,
    );
  });
});

describe('an npm reference', () => {
  async function project() {
    const dir = await temporaryFolder();
    const pkg = join(dir, 'node_modules/@acme/weights');
    await mkdir(join(pkg, 'assets'), { recursive: true });
    await mkdir(join(dir, 'apps/one'), { recursive: true });
    await writeFile(join(pkg, 'package.json'), '{"name":"@acme/weights","exports":{".":"./index.js"}}');
    await writeFile(join(pkg, 'assets/m.bin'), 'weights');
    return { dir, pkg };
  }

  it('is found upwards, past the exports of the package and through links', async () => {
    const { dir, pkg } = await project();
    await symlink(pkg, join(dir, 'node_modules/linked'), 'dir');
    const { store } = await openStore({ dir: join(dir, 'apps/one') });
    const file = await store.get('npm:@acme/weights/assets/m.bin');
    expect(file).toMatchObject({ path: join(pkg, 'assets/m.bin'), sha256: sha256('weights'), bytes: 7 });
    expect((await store.get('npm:linked/assets/m.bin')).sha256).toBe(file.sha256);
  });

  it('names the missing package, and the missing file', async () => {
    const { dir } = await project();
    const { store } = await openStore({ dir });
    const messages = [];
    for (const ref of ['npm:@acme/none/m.bin', 'npm:@acme/weights/m.bin'] as const) {
      const error = await failure(store.get(ref));
      expect(error.code).toBe('SV_MODEL_NOT_FOUND');
      messages.push(error.message.replaceAll(dir, '<dir>'));
    }
    expect(messages).toMatchInlineSnapshot(`
      [
        "\`npm:@acme/none/m.bin\`: the package @acme/none is not installed for <dir>. Run \`npm install @acme/none\`.",
        "\`npm:@acme/weights/m.bin\`: there is no <dir>/node_modules/@acme/weights/m.bin. The installed @acme/weights lies in <dir>/node_modules/@acme/weights.",
      ]
    `);
  });
});
