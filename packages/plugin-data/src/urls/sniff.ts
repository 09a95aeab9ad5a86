/** First bytes of the formats that are read: JPEG, PNG, GIF, TIFF. */
const STARTS = ['ffd8ff', '89504e470d0a1a0a', '474946383761', '474946383961', '49492a00', '4d4d002a'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Whether bytes begin as a picture does. A decoder still has to say that they are one. */
export function looksLikePicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16));
  if (STARTS.some((start) => head.subarray(0, start.length).equals(start))) return true;
  const [container, brand] = [head.toString('latin1', 0, 4), head.toString('latin1', 8, 12)];
  if (container === 'RIFF' && brand === 'WEBP') return true;
  return head.toString('latin1', 4, 8) === 'ftyp' && ['avif', 'avis', 'mif1'].includes(brand);
}
