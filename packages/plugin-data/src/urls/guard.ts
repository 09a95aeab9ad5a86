import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { SvError } from '@streetvision/core';
import { isPublicAddress } from './address.js';

/** Asks for all addresses of a name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

export interface GuardOptions {
  /** Hosts that may be private: `'10.0.0.5'`, `'cameras.local'`, with `:8080` for one port only. @default none */
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
}

export interface Guard {
  /** Throws `SV_DATA_SOURCE` where the URL may not be asked, as far as it says so itself. */
  check(url: URL): void;
  /** Gives a connection only addresses that were checked: what a name says a second time does not matter. */
  lookup(url: URL): LookupFunction;
}

/** Keeps requests on the public internet, except for hosts that were allowed by name. */
export function createGuard({ allow = [], resolve = resolveAll }: GuardOptions = {}): Guard {
  const allowed = new Set(allow.map((host) => host.toLowerCase()));
  const isAllowed = (url: URL) => allowed.has(url.hostname) || allowed.has(bare(url)) || allowed.has(url.host);
  const refuse = (url: URL, address: string) =>
    new SvError('SV_DATA_SOURCE', `${url.host} is ${address}, which is not on the public internet.`, {
      fix: `Allow it by name where that is meant: \`?allow=${url.hostname}\`.`,
    });
  return {
    check(url) {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new SvError('SV_DATA_SOURCE', `The address begins with \`${url.protocol}\`, expected http: or https:.`);
      }
      // The parser has turned 2130706433, 0x7f.1 and the like into four numbers by now.
      if (isIP(bare(url)) && !isAllowed(url) && !isPublicAddress(bare(url))) throw refuse(url, bare(url));
    },
    lookup: (url) => (host, options, callback) => {
      resolve(host).then(
        (found) => {
          const first = found[0];
          const wrong = isAllowed(url) ? undefined : found.find(({ address }) => !isPublicAddress(address));
          if (!first) callback(Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' }), '', 0);
          // One private address among public ones is refused too: which of them answers is chance.
          else if (wrong) callback(refuse(url, wrong.address), '', 0);
          else if (options.all) callback(null, [...found]);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, '', 0),
      );
    },
  };
}

const bare = (url: URL) => url.hostname.replace(/^\[|\]$/g, '');

const resolveAll: Resolve = (host) =>
  new Promise((done, fail) => {
    dnsLookup(host, { all: true, verbatim: true }, (error, found) => (error ? fail(error) : done(found)));
  });
