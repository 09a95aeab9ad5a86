import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/urls/address.js';
import { createGuard } from '../../src/urls/guard.js';
import { createLimit } from '../../src/urls/limit.js';

describe('addresses', () => {
  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '100.127.255.255',
      '127.0.0.1',
      '127.255.0.9',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...[
      '192.0.0.8',
      '192.168.1.1',
      '198.18.0.1',
      '198.19.255.255',
      '203.0.113.9',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '64:ff9b::8.8.8.8',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd12::1',
    ],
    ...['ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::1', '100::1', '3fff::1', 'localhost', ''],
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    '8.8.8.8',
    '100.63.0.1',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});

it.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://017700000001/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://169.254.169.254/latest',
  'ftp://8.8.8.8/',
  'file:///etc/passwd',
  'data:image/png;base64,AA==',
])('refuses %s as it is written', (url) =>
  expect(() => createGuard().check(new URL(url))).toThrow(/not on the public internet|expected http/),
);

it('allows by name what was allowed, and nothing beside it', () => {
  const guard = createGuard({ allow: ['10.0.0.5:8080', '[::1]', '192.168.0.1'] });
  for (const url of ['http://10.0.0.5:8080/', 'http://[::1]:9/', 'https://192.168.0.1:99/']) guard.check(new URL(url));
  for (const url of ['http://10.0.0.5/', 'http://10.0.0.6:8080/']) expect(() => guard.check(new URL(url))).toThrow();
});

it('never runs more than so many at once, and all of them', async () => {
  const limit = createLimit(3);
  let running = 0;
  let most = 0;
  const work = (i: number) => async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, i % 3));
    running--;
    if (i % 5 === 0) throw new Error('no');
    return i;
  };
  const done = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => limit(work(i))));
  expect([most, done.filter(({ status }) => status === 'fulfilled').length]).toEqual([3, 16]);
  expect(await limit(async () => 7)).toBe(7);
});
