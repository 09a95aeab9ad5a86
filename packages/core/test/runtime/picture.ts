import sharp from 'sharp';

/** A plain JPEG, so that runs have something real to read. */
export const picture = (color = '#808080', size = 32): Promise<Buffer> =>
  sharp({ create: { width: size, height: size, channels: 3, background: color } })
    .jpeg()
    .toBuffer();
