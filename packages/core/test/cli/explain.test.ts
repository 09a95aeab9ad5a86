import { expect, it } from 'vitest';
import { resultRow } from '../../src/cli/output/row.js';
import { grey, openShell } from './shell.js';

const timeless = (text: string) => text.replace(/[\d.]+ ms/g, '_ ms');

it('draws every step, what it cost, what ended the cascade and what was not needed', async () => {
  const { sv, write } = await openShell();
  await write('dark.png', await grey(10));
  await write('middle.png', await grey(140));
  expect(timeless((await sv('explain', 'dark.png')).out)).toMatchInlineSnapshot(`
    "dark.png
    ├─ step 1
    │  └─ quick  0.0392  queue _ ms · preprocess _ ms · compute _ ms
    │  ■ ended here: clear enough
    ├─ step 2
    │  └─ sure   not needed
    └─ dark 0.0392 after quick in _ ms
    "
  `);
  expect(timeless((await sv('explain', 'middle.png')).out)).toMatchInlineSnapshot(`
    "middle.png
    ├─ step 1
    │  └─ quick  0.5490  queue _ ms · preprocess _ ms · compute _ ms
    ├─ step 2
    │  └─ sure   0.9900  queue _ ms · preprocess _ ms · compute _ ms
    │  ■ ended here: end of cascade
    └─ light 0.9900 after sure in _ ms
    "
  `);
});

it('writes the row of `sv run` with --json', async () => {
  const { sv, write } = await openShell();
  await write('dark.png', await grey(10));
  const row = resultRow.parse(JSON.parse((await sv('explain', 'dark.png', '--json')).out));
  expect(row).toMatchObject({ input: 'dark.png', label: 'dark', exit: { after: 'quick' } });
});

it('fails with the code of the picture', async () => {
  const { sv } = await openShell();
  const { code, err } = await sv('explain', 'gone.png');
  expect([code, err.split(' ')[0]]).toEqual([1, 'SV_INPUT_NOT_FOUND']);
});
