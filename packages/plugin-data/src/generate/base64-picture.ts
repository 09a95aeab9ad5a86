import { SvError } from '@streetvision/core';

/** The picture in a text of base64, with or without `data:` in front. Throws `SV_GENERATOR`. */
export function pictureOfBase64(text: unknown, name: string): Uint8Array {
  if (typeof text === 'string') {
    const plain = text.replace(/^data:[\w/+.-]+;base64,/, '');
    if (plain.length > 0 && /^[A-Za-z0-9+/\s]+=*\s*$/.test(plain)) return new Uint8Array(Buffer.from(plain, 'base64'));
  }
  throw new SvError('SV_GENERATOR', `${name} answered without a picture.`, { fix: 'Look at its log.' });
}
