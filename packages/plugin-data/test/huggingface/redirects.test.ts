import { describe, expect, it } from 'vitest';
import { createHubHttp } from '../../src/huggingface/http.js';

const ADDRESSES: Readonly<Record<string, string>> = {
  'hub.example': '93.184.216.34',
  'storage.example': '93.184.216.35',
  'inside.example': '10.0.0.7',
  'mirror.example': '10.0.0.5',
};

/** Asks a hub that redirects to an address, and gives the addresses that were asked. */
async function ask(endpoint: string, location: string) {
  const asked: string[] = [];
  const http = createHubHttp({
    endpoint: new URL(endpoint),
    token: 'hf_secret',
    offline: false,
    signal: new AbortController().signal,
    retries: 0,
    resolve: async (host) => {
      const address = ADDRESSES[host];
      if (address === undefined) throw new Error(`no address of ${host}`);
      return [{ address, family: 4 }];
    },
    fetch: async (url) => {
      asked.push(String(url));
      if (asked.length === 1) return new Response(null, { status: 302, headers: { location } });
      return new Response('ok');
    },
  });
  const said = await http(new URL(endpoint), { label: 'a file', repo: 'a/b' }, (response) => response.text()).catch(
    (error: Error) => error.message,
  );
  return { said, asked };
}

describe('redirects of the hub', () => {
  it.each(['https://169.254.169.254/latest', 'https://10.0.0.7/x', 'https://[::1]/x', 'https://inside.example/x'])(
    'does not follow one to %s',
    async (location) => {
      const { said, asked } = await ask('https://hub.example/', location);
      expect(asked).toHaveLength(1);
      expect(said).toMatch(/not on the public internet|not https/);
    },
  );

  it('follows those to storage, and to neighbours of a mirror within the network', async () => {
    expect((await ask('https://hub.example/', 'https://storage.example/x')).said).toBe('ok');
    expect((await ask('https://mirror.example/', 'https://inside.example/x')).said).toBe('ok');
    expect((await ask('https://hub.example/', '/elsewhere')).said).toBe('ok');
  });
});
